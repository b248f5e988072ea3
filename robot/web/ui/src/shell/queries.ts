import { MutationCache, QueryClient } from "@tanstack/react-query";

import { Fault } from "./client";
import { note } from "./notes";

const TRIES = 2;

/** What the server refused stays refused; what it could not answer is asked again. A change that failed is told in the
 * corner, unless its page tells it: `meta: { told: true }`. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < TRIES && error instanceof Fault && error.passing,
    },
    mutations: { retry: false },
  },
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      if (mutation.meta?.told !== true) note(error.message, "bad");
    },
  }),
});
