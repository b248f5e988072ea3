/** What the page asks the server for. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask, type Schemas } from "../../shell/client";
import { useFresh } from "../../shell/live";
import type { Period } from "../../shell/period";
import { useMay } from "../../shell/session";

/** Which calls are looked at: everything empty is all of them. */
export interface Slice {
  readonly campaign: string;
  /** The hash of a version. */
  readonly version: string;
  /** PHRASE:VARIANT */
  readonly variant: string;
  readonly period: Period;
}

export function useScripts() {
  useFresh("scripts", ["scripts"]);
  return useQuery({
    queryKey: ["scripts"],
    queryFn: async ({ signal }) => (await ask(api.GET("/api/scripts", { signal }))).items,
  });
}

export function useScript(name: string) {
  useFresh("scripts", ["script", name]);
  return useQuery({
    queryKey: ["script", name, "mark"],
    queryFn: ({ signal }) => ask(api.GET("/api/scripts/{name}", { params: { path: { name } }, signal })),
  });
}

/** Where people left; undefined for who may not see reports. */
export function useDropoff(script: string, { campaign, version, variant, period }: Slice) {
  const may = useMay("see_reports");
  useFresh("calls", ["script", script, "dropoff"]);
  const query = {
    script,
    ...(campaign === "" ? {} : { campaign }),
    ...(version === "" ? {} : { version }),
    ...(variant === "" ? {} : { variant }),
    ...(period.first === null || period.last === null
      ? { since: longAgo() }
      : { since: period.first, until: period.last }),
  };
  return useQuery({
    queryKey: ["script", script, "dropoff", query],
    queryFn: ({ signal }) => ask(api.GET("/api/reports/dropoff", { params: { query }, signal })),
    enabled: may,
    placeholderData: keepPreviousData,
  });
}

const DAYS = 1000;

/** All time, as far as a report looks back. */
function longAgo(): string {
  return new Date(Date.now() - DAYS * 86_400_000).toISOString().slice(0, 10);
}

export function useVersions(script: string) {
  return useQuery({
    queryKey: ["script", script, "versions"],
    queryFn: async ({ signal }) =>
      (await ask(api.GET("/api/scripts/{name}/versions", { params: { path: { name: script } }, signal }))).items,
  });
}

export type Suggestion = Schemas["SuggestionOut"];

export function suggestionsKey(script: string): readonly string[] {
  return ["script", script, "suggestions"];
}

/** Words of clients that wait to be examples; nothing for who may not decide. */
export function useSuggestions(script: string): readonly Suggestion[] {
  const may = useMay("edit_scripts");
  useFresh("scripts", suggestionsKey(script));
  const found = useQuery({
    queryKey: suggestionsKey(script),
    queryFn: async ({ signal }) =>
      (await ask(api.GET("/api/scripts/{name}/suggestions", { params: { path: { name: script } }, signal }))).items,
    enabled: may,
  });
  return found.data ?? [];
}
