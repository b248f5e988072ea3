import { useQuery } from "@tanstack/react-query";

import { api, ask } from "../../../shell/client";

/** The draft against a version; "" is the live one. revision: of the draft, which makes the answer a new one. */
export function useDiff(script: string, before: string, revision: number, wanted: boolean) {
  return useQuery({
    queryKey: ["script", script, "diff", before, revision],
    queryFn: async ({ signal }) =>
      (
        await ask(
          api.GET("/api/scripts/{name}/diff", {
            params: { path: { name: script }, query: { before, after: "draft" } },
            signal,
          }),
        )
      ).changes,
    enabled: wanted,
  });
}
