/** Which leads are shown, as the address says it. */

import type { LeadsFilter } from "./queries";
import { CONSENT_STATES, OUTCOMES, STATUSES } from "./words";

export const NAMES = ["words", "status", "consent", "stopped", "campaign"] as const;

export function readFilter(search: URLSearchParams): LeadsFilter {
  const filter: LeadsFilter = {};
  const words = search.get("words")?.trim() ?? "";
  if (words !== "") filter.words = words.slice(0, 200);
  const campaign = search.get("campaign") ?? "";
  if (campaign !== "") filter.campaign = campaign;
  const status = search.get("status") ?? "";
  const state = STATUSES.find((one) => one === status);
  const outcome = OUTCOMES.find((one) => one === status);
  if (state !== undefined) filter.state = state;
  if (outcome !== undefined) filter.outcome = outcome;
  const consent = CONSENT_STATES.find((one) => one === search.get("consent"));
  if (consent !== undefined) filter.consent = consent;
  if (search.get("stopped") === "1") filter.stopped = true;
  return filter;
}
