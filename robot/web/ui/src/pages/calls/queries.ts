import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";

import { api, ask, type Schemas } from "../../shell/client";
import { useEvent, useFresh } from "../../shell/live";
import { queries } from "../../shell/queries";
import type { CallsFilter } from "./filters";

export type Row = Schemas["CallRow"];
export type Whole = Schemas["CallOut"];
export type Recording = Schemas["CallRecordingOut"];
export type Delivery = Schemas["CallDeliveryOut"];

const CALLS = ["calls"];
const AT_ONCE = 100;
const ADDRESS_LASTS_MS = 25 * 60_000; // the server signs for half an hour

export function useCalls(filter: CallsFilter) {
  useFresh("calls", CALLS);
  return useInfiniteQuery({
    queryKey: [...CALLS, "list", filter],
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET("/api/calls", { params: { query: { ...filter, limit: AT_ONCE, after: pageParam } }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => (page.next === "" ? undefined : page.next),
    placeholderData: keepPreviousData,
  });
}

export function useCount(filter: CallsFilter) {
  return useQuery({
    queryKey: [...CALLS, "count", filter],
    queryFn: ({ signal }) => ask(api.GET("/api/calls/count", { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useChoices(campaign: string) {
  return useQuery({
    queryKey: ["call-choices", campaign],
    queryFn: ({ signal }) => ask(api.GET("/api/calls/choices", { params: { query: { campaign } }, signal })),
    staleTime: 60_000,
  });
}

const keyOf = (id: string) => ["call", id];

export function useCall(id: string) {
  useEvent("calls", (data) => {
    if (isOf(data, id)) void queries.invalidateQueries({ queryKey: keyOf(id) });
  });
  return useQuery({
    queryKey: keyOf(id),
    queryFn: ({ signal }) => ask(api.GET("/api/calls/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ADDRESS_LASTS_MS,
  });
}

function isOf(data: unknown, id: string): boolean {
  return typeof data === "object" && data !== null && "call" in data && data.call === id;
}

/** The outline never changes: only its address does. */
export function usePeaks(id: string, recording: Recording) {
  return useQuery({
    queryKey: ["peaks", id],
    queryFn: async ({ signal }) => {
      const response = await fetch(recording.peaks, { signal });
      if (!response.ok) throw new Error(`HTTP ${String(response.status)}`);
      return (await response.json()) as Schemas["PeaksOut"];
    },
    staleTime: Infinity,
  });
}

async function again(id: string): Promise<void> {
  await Promise.all([keyOf(id), CALLS].map((queryKey) => queries.invalidateQueries({ queryKey })));
}

export function useComment(id: string) {
  return useMutation({
    mutationFn: (body: Schemas["CommentIn"]) =>
      ask(api.POST("/api/calls/{id}/comments", { params: { path: { id } }, body })),
    onSuccess: () => again(id),
  });
}

export function useRemoveComment(id: string) {
  return useMutation({
    mutationFn: (comment: number) =>
      ask(api.DELETE("/api/calls/{id}/comments/{comment}", { params: { path: { id, comment: String(comment) } } })),
    onSuccess: () => again(id),
  });
}

export function useExample(id: string) {
  return useMutation({
    mutationFn: ({ turn, wanted }: { readonly turn: number; readonly wanted: boolean }) =>
      wanted
        ? ask(api.POST("/api/calls/{id}/examples", { params: { path: { id } }, body: { turn, intent: "" } }))
        : ask(api.DELETE("/api/calls/{id}/examples/{turn}", { params: { path: { id, turn: String(turn) } } })),
    onSuccess: () => again(id),
  });
}

export function useCorrect(id: string) {
  return useMutation({
    mutationFn: (body: Schemas["OutcomeIn"]) =>
      ask(api.PUT("/api/calls/{id}/outcome", { params: { path: { id } }, body })),
    onSuccess: (whole) => {
      queries.setQueryData(keyOf(id), whole);
      return queries.invalidateQueries({ queryKey: CALLS });
    },
  });
}
