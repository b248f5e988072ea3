import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";

import { api, ask, type Schemas } from "../../shell/client";
import { queries } from "../../shell/queries";

export type Delivery = Schemas["DeliveryOut"];
export type State = Delivery["state"];

const KEY = ["deliveries"];

export function useDeliveries(state: State) {
  return useInfiniteQuery({
    queryKey: [...KEY, state],
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET("/api/deliveries", { params: { query: { state: [state], after: pageParam, limit: 50 } }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => (page.next === "" ? undefined : page.next),
    refetchInterval: 15_000,
  });
}

export function useStanding() {
  return useQuery({
    queryKey: [...KEY, "counts"],
    queryFn: ({ signal }) => ask(api.GET("/api/deliveries/counts", { signal })),
    refetchInterval: 15_000,
  });
}

export function useUnheard() {
  return useQuery({
    queryKey: [...KEY, "unheard"],
    queryFn: async ({ signal }) => (await ask(api.GET("/api/deliveries/unheard", { signal }))).items,
  });
}

const again = () => Promise.all([KEY, ["today"]].map((queryKey) => queries.invalidateQueries({ queryKey })));

export function useRetry() {
  return useMutation({
    mutationFn: (ids: number[]) => ask(api.POST("/api/deliveries/retry", { body: { ids, target: null, code: null } })),
    onSuccess: again,
  });
}

export function useDrop() {
  return useMutation({
    mutationFn: (told: { ids: number[]; reason: string }) => ask(api.POST("/api/deliveries/drop", { body: told })),
    onSuccess: again,
  });
}
