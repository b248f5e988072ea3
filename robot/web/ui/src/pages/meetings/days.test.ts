import { describe, expect, it } from "vitest";

import { hoursOf, mondayOf, placeOn, shifted, weekOf } from "./days";

function iso(day: string, hour: number, minute = 0): string {
  const moment = new Date(`${day}T00:00`);
  moment.setHours(hour, minute);
  return moment.toISOString();
}

const span = (day: string, from: number, to: number) => ({ starts_at: iso(day, from), ends_at: iso(day, to) });

describe("a week", () => {
  it("begins on Monday, whatever its day", () => {
    expect(mondayOf(new Date(2026, 10, 22))).toBe("2026-11-16");
    expect(mondayOf(new Date(2026, 10, 23))).toBe("2026-11-23");
    expect(weekOf("2026-12-28").at(-1)).toBe("2027-01-03");
    expect(shifted("2026-03-01", -1)).toBe("2026-02-28");
  });

  it("shows the hours that everything fits in", () => {
    expect(hoursOf([])).toEqual([9, 19]);
    expect(hoursOf([span("2026-11-23", 7, 8), span("2026-11-24", 20, 21)])).toEqual([7, 21]);
    expect(hoursOf([{ starts_at: iso("2026-11-23", 22), ends_at: iso("2026-11-24", 3) }])).toEqual([0, 24]);
  });

  it("places a span on its own day and cuts what lies outside the hours", () => {
    expect(placeOn("2026-11-23", span("2026-11-23", 10, 11), [9, 19])).toEqual({ top: 0.1, height: 0.1 });
    expect(placeOn("2026-11-24", span("2026-11-23", 10, 11), [9, 19])).toBeNull();
    expect(placeOn("2026-11-23", span("2026-11-23", 8, 10), [9, 19])).toEqual({ top: 0, height: 0.1 });
  });
});
