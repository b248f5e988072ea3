import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { api, ask } from "../../../shell/client";
import type { Slice } from "../queries";
import type { Phrase, WholeCall } from "../wire";

const PAGE = 20;
const TALKS = 30;

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
  const query = { ...where, ...filterOf(slice), limit: PAGE };
  return useInfiniteQuery({
    queryKey: ["calls", "lost", script, query],
    queryFn: async ({ pageParam, signal }) => {
      const { items, next } = await ask(
        api.GET("/api/calls", { params: { query: { ...query, after: pageParam } }, signal }),
      );
      // Phrases of different scripts may have one name.
      return { items: items.filter((one) => one.script === script), next };
    },
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

export interface Unheard {
  readonly text: string;
  readonly count: number;
  /** The newest call in which it was said, and when in it. */
  readonly call: string;
  readonly atMs: number;
}

/** What was said after this phrase and not understood, in the newest talks; the same words once. */
export function useUnheard(script: string, phrase: string, slice: Slice) {
  const query = { passed: phrase, not_understood: true, ...filterOf(slice), limit: TALKS };
  return useQuery({
    queryKey: ["calls", "unheard", script, query],
    queryFn: async ({ signal }) => {
      const { items } = await ask(api.GET("/api/calls", { params: { query }, signal }));
      const own = items.filter((one) => one.script === script);
      const calls = await Promise.all(
        own.map((one) => ask(api.GET("/api/calls/{id}", { params: { path: { id: one.id } }, signal }))),
      );
      return unheardIn(calls, phrase);
    },
  });
}

export function unheardIn(calls: readonly WholeCall[], phrase: string): Unheard[] {
  const found = new Map<string, Unheard>();
  for (const { call, turns } of calls) {
    for (const turn of turns) {
      const text = turn.heard.trim();
      if (turn.phrase !== phrase || turn.kind !== "not_understood" || text === "") continue;
      const known = found.get(text.toLowerCase());
      const first = { text, call: call.id, atMs: turn.heard_from_ms ?? turn.said_from_ms };
      found.set(text.toLowerCase(), { ...(known ?? first), count: (known?.count ?? 0) + 1 });
    }
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count);
}
