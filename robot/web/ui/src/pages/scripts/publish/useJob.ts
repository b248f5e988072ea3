import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { api, ask } from "../../../shell/client";
import { queries } from "../../../shell/queries";
import type { Job } from "../wire";

const EVERY_MS = 400;
const ENDS = new Set(["done", "refused", "failed"]);

export function ended(job: Job): boolean {
  return ENDS.has(job.state);
}

/** A publication under way; asked for until it has ended. What it changed is then asked for again. */
export function useJob(script: string, id: string | null) {
  const job = useQuery({
    queryKey: ["script", script, "job", id],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/scripts/{name}/jobs/{job}", { params: { path: { name: script, job: id ?? "" } }, signal })),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data !== undefined && ended(state.data) ? false : EVERY_MS),
  });
  const over = job.data !== undefined && ended(job.data);
  useEffect(() => {
    if (!over) return;
    void queries.invalidateQueries({ queryKey: ["script", script], predicate: (one) => one.queryKey[2] !== "job" });
    void queries.invalidateQueries({ queryKey: ["scripts"] });
  }, [over, script]);
  return job;
}
