import { describe, expect, it } from "vitest";

import { asQuery, months, readScenario } from "./scenario";

const read = (text: string) => readScenario(new URLSearchParams(text));

describe("a scenario", () => {
  it("is nothing to ask for before revenue and deal are told", () => {
    expect(asQuery(read(""))).toBeNull();
    expect(asQuery(read("revenue=3000000"))).toBeNull();
    expect(asQuery(read("revenue=3000000&deal=150000"))).toEqual({
      revenue: 3_000_000,
      average_deal: 150_000,
      meetings_per_deal: 4,
      show_up: 0.8,
    });
  });

  it("asks for what is supposed only where something is", () => {
    const query = asQuery(read("revenue=1&deal=1&answered=0.5&booked=0.1&lines=7&won=0&month=2026-12"));
    expect(query).toMatchObject({ answered: 0.5, booked: 0.1, channels: 7, won: 0, month: "2026-12" });
  });

  it("takes nothing senseless out of an address", () => {
    const odd = read("revenue=-5&deal=abc&per_deal=0&show=7&answered=2&month=2026-13&lines=-1&won=");
    expect(odd).toEqual({
      month: "", revenue: null, deal: null, perDeal: 4, show: 0.8, won: null, answered: null, booked: null, lines: null,
    }); // prettier-ignore
  });

  it("offers the months from now on, over the turn of a year", () => {
    expect(months(new Date(2026, 10, 30))).toEqual(["2026-11", "2026-12", "2027-01"]);
  });
});
