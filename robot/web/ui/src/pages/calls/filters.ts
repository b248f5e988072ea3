/** What the list shows, as the address says it: a link shows what its sender saw. */

import type { paths } from "../../api/schema";
import type { Period } from "../../shell/period";
import { OUTCOMES, type Outcome } from "./words";

type Query = NonNullable<paths["/api/calls"]["get"]["parameters"]["query"]>;
export type CallsFilter = Omit<Query, "after" | "limit">;

/** How a call and a phrase have to do with each other. */
export const PHRASE_WAYS = ["lost_at", "ended_at", "passed"] as const;
export type PhraseWay = (typeof PHRASE_WAYS)[number];

const TEXTS = [
  "campaign",
  "script",
  "client_words",
  "robot_words",
  "reason",
  "script_version",
  ...PHRASE_WAYS,
] as const;
const NUMBERS = ["least_s", "most_s", "manager", "lead"] as const;
const FLAGS = ["not_understood", "talked", "corrected"] as const;

/** Beside the campaign, the period and the words: what "more filters" holds. */
export const MORE = [
  "reason",
  "script",
  "script_version",
  ...PHRASE_WAYS,
  ...NUMBERS,
  ...FLAGS,
  "robot_words",
] as const;
export const ALL = [...MORE, "client_words", "outcome"] as const;

export function readFilter(search: URLSearchParams, period: Period): CallsFilter {
  const filter: CallsFilter = {};
  for (const name of TEXTS) {
    const value = search.get(name)?.trim();
    if (value !== undefined && value !== "") filter[name] = value;
  }
  for (const name of NUMBERS) {
    const value = search.get(name) ?? "";
    if (/^\d{1,15}$/.test(value)) filter[name] = Number(value);
  }
  for (const name of FLAGS) if (search.get(name) === "1") filter[name] = true;
  const outcome = readOutcomes(search);
  if (outcome.length > 0) filter.outcome = outcome;
  if (period.since !== null) filter.since = period.since;
  if (period.until !== null) filter.until = period.until;
  return filter;
}

export function readOutcomes(search: URLSearchParams): Outcome[] {
  const asked = new Set((search.get("outcome") ?? "").split(","));
  return OUTCOMES.filter((outcome) => asked.has(outcome));
}

/** The way that is chosen with its phrase; the first way when none is. */
export function readPhrase(search: URLSearchParams): readonly [PhraseWay, string] {
  for (const way of PHRASE_WAYS) {
    const phrase = search.get(way) ?? "";
    if (phrase !== "") return [way, phrase];
  }
  return ["lost_at", ""];
}

/** The address with these values instead; "" takes a name out. */
export function changed(search: URLSearchParams, values: Readonly<Record<string, string>>): URLSearchParams {
  const after = new URLSearchParams(search);
  for (const [name, value] of Object.entries(values)) {
    if (value === "") after.delete(name);
    else after.set(name, value);
  }
  return after;
}

export function without(search: URLSearchParams, names: readonly string[]): URLSearchParams {
  return changed(search, Object.fromEntries(names.map((name) => [name, ""])));
}

export function count(search: URLSearchParams, names: readonly string[]): number {
  return names.filter((name) => (search.get(name) ?? "") !== "").length;
}
