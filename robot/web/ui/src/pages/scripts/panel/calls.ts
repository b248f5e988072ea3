import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { api, ask, type Schemas } from "../../../shell/client";
import type { Slice } from "../queries";
import type { Phrase } from "../wire";

const PAGE = 20;

function filterOf({ campaign, version, period }: Slice) {
  return {
    ...(campaign === "" ? {} : { campaign }),
    ...(version === "" ? {} : { script_version: version }),
    ...(period.since === null ? {} : { since: period.since }),
    ...(period.until === null ? {} : { until: period.until }),
  };
}

/** Calls that this phrase lost, the newest first; of an end those that came to it. */
export function useLostCalls(script: string, phrase: Phrase, slice: Slice) {
  const where = phrase.kind === "end" ? { ended_at: phrase.id } : { lost_at: phrase.id };
  const query = { script, ...where, ...filterOf(slice), limit: PAGE };
  return useInfiniteQuery({
    queryKey: ["calls", "lost", script, query],
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET("/api/calls", { params: { query: { ...query, after: pageParam } }, signal })),
    initialPageParam: "",
    getNextPageParam: ({ next }) => (next === "" ? undefined : next),
  });
}

/** One call with its turns and where it can be heard; the address holds for some minutes. */
export function useCall(id: string | null) {
  return useQuery({
    queryKey: ["calls", "one", id],
    queryFn: ({ signal }) => ask(api.GET("/api/calls/{id}", { params: { path: { id: id ?? "" } }, signal })),
    enabled: id !== null,
    staleTime: 60_000,
  });
}

export type Unheard = Schemas["NotUnderstoodOut"];

/** What was said after this phrase and not understood, in the newest talks; the same words once. */
export function useUnheard(script: string, phrase: string, slice: Slice) {
  const query = { phrase, ...filterOf(slice) };
  return useQuery({
    queryKey: ["calls", "unheard", script, query],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/scripts/{name}/unheard", { params: { path: { name: script }, query }, signal })),
  });
}
