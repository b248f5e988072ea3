import { describe, expect, it } from "vitest";

import { ofPreset, readPeriod } from "../../shell/period";
import { days, fileAddress } from "./asked";

const NOW = new Date(2026, 10, 22, 12);

describe("days", () => {
  it("are the period's own, both included", () => {
    const own = readPeriod(new URLSearchParams("period=own&from=2026-11-01&till=2026-11-07"), "30d", NOW);
    expect(days(own, NOW)).toEqual({ since: "2026-11-01", until: "2026-11-07" });
    expect(days(ofPreset("30d", NOW), NOW)).toEqual({ since: "2026-10-24", until: "2026-11-22" });
  });

  it("of all time are as many as the server counts", () => {
    const { since, until } = days(ofPreset("all", NOW), NOW);
    expect(until).toBe("2026-11-22");
    expect((Date.parse(until) - Date.parse(since)) / 86_400_000).toBe(1099);
  });
});

describe("fileAddress", () => {
  it("asks for what the page shows", () => {
    expect(fileAddress("phrases", "csv", { script: "cold call", since: "2026-11-01" })).toBe(
      "/api/reports/phrases/csv?script=cold+call&since=2026-11-01",
    );
  });
});
