import { useMutation, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { api, ask, type Schemas } from "../../shell/client";
import { useFresh } from "../../shell/live";
import { queries } from "../../shell/queries";

export type Today = Schemas["TodayOut"];
export type Campaign = Schemas["CampaignOut"];
export type State = Campaign["state"];

const TODAY = ["today"];
const CAMPAIGNS = ["campaigns"];
const EVERY_MS = 30_000; // what nobody tells: the clock goes on, other programs change things

export interface Line {
  readonly today: Today;
  readonly campaign: Campaign;
}

/** Each campaign with its day, asked for again whenever the robot tells of a change. */
export function useDay(): UseQueryResult<Line[]> {
  useFresh("campaigns", TODAY);
  return useQuery({
    queryKey: TODAY,
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => {
      const [days, campaigns] = await Promise.all([
        ask(api.GET("/api/today", { signal })),
        ask(api.GET("/api/campaigns", { signal })),
      ]);
      const found = new Map(campaigns.items.map((campaign) => [campaign.slug, campaign]));
      return days.items.flatMap((today) => {
        const campaign = found.get(today.campaign);
        return campaign === undefined ? [] : [{ today, campaign }];
      });
    },
  });
}

export interface Trouble {
  readonly parts: Schemas["PartOut"][];
  readonly parked: number;
}

/** What stands in the way of all campaigns. */
export function useTrouble(): UseQueryResult<Trouble> {
  useFresh("deliveries", ["trouble"]);
  return useQuery({
    queryKey: ["trouble"],
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => {
      const [health, standing] = await Promise.all([
        ask(api.GET("/api/health", { signal })),
        ask(api.GET("/api/deliveries/counts", { signal })),
      ]);
      return { parts: health.items, parked: standing.parked };
    },
  });
}

async function again(): Promise<void> {
  await Promise.all([TODAY, CAMPAIGNS].map((queryKey) => queries.invalidateQueries({ queryKey })));
}

export function useSetQuota(campaign: Campaign) {
  const path = { slug: campaign.slug };
  return useMutation({
    mutationFn: (quota: number) =>
      ask(api.POST("/api/campaigns/{slug}/quota", { params: { path }, body: { quota, hard: campaign.quota.hard } })),
    onSettled: again,
  });
}

export function useSetState(campaign: Campaign) {
  const path = { slug: campaign.slug };
  return useMutation({
    mutationFn: (state: State) => ask(api.POST("/api/campaigns/{slug}/state", { params: { path }, body: { state } })),
    onSettled: again,
  });
}
