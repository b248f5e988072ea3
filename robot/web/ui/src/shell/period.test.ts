import { describe, expect, it } from "vitest";

import { ofPreset, readPeriod } from "./period";

const NOW = new Date(2026, 10, 22, 15, 30);
const local = (year: number, month: number, day: number) => new Date(year, month - 1, day).toISOString();

describe("periods", () => {
  it("seven days end tonight and begin at midnight", () => {
    const period = ofPreset("7d", NOW);
    expect([period.first, period.last]).toEqual(["2026-11-16", "2026-11-22"]);
    expect([period.since, period.until]).toEqual([local(2026, 11, 16), local(2026, 11, 23)]);
  });

  it("yesterday ends where today begins", () => {
    expect(ofPreset("yesterday", NOW).until).toBe(ofPreset("today", NOW).since);
  });

  it("reads own dates of the address, the last day included", () => {
    const period = readPeriod(new URLSearchParams("period=own&from=2026-02-27&till=2026-02-28"), "7d", NOW);
    expect([period.since, period.until]).toEqual([local(2026, 2, 27), local(2026, 3, 1)]);
  });

  it.each([
    "period=own",
    "period=own&from=2026-02-31&till=2026-03-01",
    "period=own&from=2026-03-02&till=2026-03-01",
    "period=x",
  ])("takes the usual one for %s", (search) => {
    expect(readPeriod(new URLSearchParams(search), "30d", NOW).preset).toBe("30d");
  });
});
