/** Periods as the address has them: ?period=7d, or ?period=own&from=2026-11-01&till=2026-11-07. Days are the viewer's. */

export const PERIODS = ["today", "yesterday", "7d", "30d", "90d", "all"] as const;
export type Preset = (typeof PERIODS)[number];

export interface Period {
  readonly preset: Preset | "own";
  /** ISO 8601 in UTC, half-open: since <= moment < until. null: without that bound. */
  readonly since: string | null;
  readonly until: string | null;
  /** The first and the last day, both included, as yyyy-mm-dd; null for all time. */
  readonly first: string | null;
  readonly last: string | null;
}

const DAYS: Readonly<Record<Preset, readonly [back: number, count: number] | null>> = {
  today: [0, 1],
  yesterday: [1, 1],
  "7d": [6, 7],
  "30d": [29, 30],
  "90d": [89, 90],
  all: null,
};

const DATE = /^\d{4}-\d\d-\d\d$/;

export function isPreset(text: string | null): text is Preset {
  return PERIODS.some((preset) => preset === text);
}

/** What the address asks for; what it does not say, or says wrongly, is `usual`. */
export function readPeriod(search: URLSearchParams, usual: Preset, now = new Date()): Period {
  const [asked, from, till] = [search.get("period"), search.get("from") ?? "", search.get("till") ?? ""];
  if (asked === "own" && isDate(from) && isDate(till) && from <= till) return between("own", from, till);
  return ofPreset(isPreset(asked) ? asked : usual, now);
}

export function ofPreset(preset: Preset, now = new Date()): Period {
  const days = DAYS[preset];
  if (days === null) return { preset, since: null, until: null, first: null, last: null };
  const [back, count] = days;
  return between(preset, dayOf(now, -back), dayOf(now, count - 1 - back));
}

function between(preset: Period["preset"], first: string, last: string): Period {
  return { preset, first, last, since: midnight(first).toISOString(), until: midnight(last, 1).toISOString() };
}

function isDate(text: string): boolean {
  return DATE.test(text) && dayOf(midnight(text), 0) === text;
}

/** yyyy-mm-dd of the viewer's day, `shift` days on. */
export function dayOf(at: Date, shift: number): string {
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate() + shift);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(day.getFullYear())}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

function midnight(day: string, shift = 0): Date {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + shift);
}
