/** What a person must do something about, most urgent first. Pure. */

import type { Line, Trouble } from "./queries";

export type Need =
  | { readonly what: "line" | "store"; readonly detail: string }
  | { readonly what: "parked"; readonly count: number }
  | { readonly what: "slots" | "leads"; readonly title: string; readonly count: number }
  | { readonly what: "breaker" | "noQuota"; readonly title: string };

export function needs(lines: readonly Line[], trouble: Trouble | undefined): Need[] {
  const found: Need[] = (trouble?.parts ?? []).map(({ part, problem }) => ({
    what: part === "line" ? "line" : "store",
    detail: problem,
  }));
  for (const line of lines) found.push(...ofCampaign(line));
  if (trouble !== undefined && trouble.parked > 0) found.push({ what: "parked", count: trouble.parked });
  return found;
}

function ofCampaign({ today, campaign }: Line): Need[] {
  const found: Need[] = [];
  const { title } = today;
  if (campaign.state !== "running") return found;
  if (today.quota === null) return [{ what: "noQuota", title }];
  const missing = today.quota - today.booked;
  if (missing <= 0) return found;
  if (campaign.pace?.limit === "breaker") found.push({ what: "breaker", title });
  if (today.slots !== null && today.slots < missing) found.push({ what: "slots", title, count: today.slots });
  if (today.leads === 0 || today.forecast.why === "leads") found.push({ what: "leads", title, count: today.leads });
  return found;
}
