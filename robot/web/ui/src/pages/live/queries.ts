import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask, type Schemas } from "../../shell/client";
import { useEvent, useFresh } from "../../shell/live";
import { queries } from "../../shell/queries";
import { isSaid, withLine, type Heard } from "./said";

export type LiveCall = Schemas["LiveCallOut"];
export type Order = Schemas["OrderOut"];

const LIVE = ["live"];
const TELEPHONE = ["live-telephone"];
const EVERY_MS = 10_000; // calls of other nodes are told of by nobody

export function useLiveCalls() {
  useFresh("live", LIVE);
  return useQuery({
    queryKey: LIVE,
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => (await ask(api.GET("/api/live", { signal }))).items,
  });
}

/** Lines as they are spoken, before they are stored. */
export function useHeard(): Heard {
  const [heard, setHeard] = useState<Heard>({});
  useFresh("said", LIVE);
  useEvent("said", (data) => {
    if (isSaid(data)) setHeard((before) => withLine(before, data));
  });
  return heard;
}

const again = () => queries.invalidateQueries({ queryKey: LIVE });

export function useHangUp(id: string) {
  return useMutation({
    mutationFn: () => ask(api.POST("/api/live/{id}/hang-up", { params: { path: { id } } })),
    onSettled: again,
  });
}

/** Where whoever is signed in takes calls; "" nothing yet. */
export function useTelephone() {
  return useQuery({
    queryKey: TELEPHONE,
    queryFn: async ({ signal }) => (await ask(api.GET("/api/live/telephone", { signal }))).number,
  });
}

async function keepTelephone(number: string): Promise<void> {
  const kept = await ask(api.PUT("/api/live/telephone", { body: { number } }));
  queries.setQueryData(TELEPHONE, kept.number);
}

export function useKeepTelephone() {
  return useMutation({ mutationFn: keepTelephone, meta: { told: true } });
}

/** Tells where to ring, when that is new, and has the client handed over. */
export function useTakeOver(id: string, known: string) {
  return useMutation({
    mutationFn: async (number: string) => {
      if (number !== known) await keepTelephone(number);
      return ask(api.POST("/api/live/{id}/take-over", { params: { path: { id } } }));
    },
    onSettled: again,
  });
}
