/** What the page shows, as the address says it; the server counts days as the campaigns do. */

import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import { api, ask, headers, type Schemas } from "../../shell/client";
import { useCampaign, useParam, usePeriod } from "../../shell/pickers";
import { dayOf, type Period } from "../../shell/period";

export const USUAL = "30d";
const LONGEST_DAYS = 1100;

export interface Asked {
  readonly campaign?: string;
  readonly since: string;
  readonly until: string;
}

export interface AskedOfScript extends Asked {
  readonly script: string;
  readonly version?: string;
}

/** All time is as long as the server counts. */
export function days(period: Period, now = new Date()): { since: string; until: string } {
  return {
    since: period.first ?? dayOf(now, 1 - LONGEST_DAYS),
    until: period.last ?? dayOf(now, 0),
  };
}

export function useAsked(): Asked {
  const campaign = useCampaign();
  const { since, until } = days(usePeriod(USUAL));
  return campaign === "" ? { since, until } : { campaign, since, until };
}

/** The script of the address, or the one most spoken. */
export function useScript(scripts: readonly Schemas["SpokenScriptOut"][]): [string, (script: string) => void] {
  const [asked, choose] = useParam("script");
  const known = scripts.some((one) => one.script === asked);
  return [known ? asked : (scripts[0]?.script ?? ""), choose];
}

export function useScripts(asked: Asked) {
  return useQuery({
    queryKey: ["reports", "scripts", asked],
    queryFn: async ({ signal }) =>
      (await ask(api.GET("/api/reports/scripts", { params: { query: asked }, signal }))).items,
  });
}

/** One report: `useReport("funnel", asked, (signal) => api.GET(…))`. */
export function useReport<D>(
  name: string,
  asked: Asked,
  get: (signal: AbortSignal) => Promise<{ data?: D; error?: unknown; response: Response }>,
): UseQueryResult<D> {
  return useQuery({ queryKey: ["reports", name, asked], queryFn: ({ signal }) => ask(get(signal)) });
}

export function fileAddress(report: string, format: "csv" | "xlsx", asked: object): string {
  const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
  return `/api/reports/${report}/${format}?${query.toString()}`;
}

/** Fetched, and not simply linked to: its header is in the language of the page. */
export async function saveFile(report: string, format: "csv" | "xlsx", asked: object): Promise<void> {
  const response = await fetch(fileAddress(report, format, asked), { headers: headers() });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = `${report}.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
}
