import { QueryClient } from "@tanstack/react-query";

import { Fault } from "./client";

const TRIES = 2;

/** What the server refused stays refused; what it could not answer is asked again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < TRIES && error instanceof Fault && error.passing,
    },
    mutations: { retry: false },
  },
});
