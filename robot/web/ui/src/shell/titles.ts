/** What a script's author called its phrases and meanings, for pages that know them by their ids. */

import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, ask, type Schemas } from "./client";
import { useSay } from "./language";
import { intentName, phraseName, reasonName } from "./names";
import { useMay } from "./session";

const OBJECTIONS = "objections.";
const LASTS_MS = 300_000;

export interface Titles {
  readonly phrase: (script: string, id: string) => string;
  readonly intent: (script: string, id: string) => string;
  readonly script: (name: string) => string;
}

/** Of these scripts' live versions; what they do not name has the words that all scripts share, or its id. */
export function useTitles(scripts: readonly string[]): Titles {
  const say = useSay();
  const may = useMay("see_scripts");
  const asked = [...new Set(scripts)].filter((one) => one !== "").toSorted();
  const found = useQueries({
    queries: asked.map((name) => ({
      queryKey: ["titles", name],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        ask(api.GET("/api/scripts/{name}/names", { params: { path: { name } }, signal })),
      staleTime: LASTS_MS,
      enabled: may,
    })),
    combine: (answers) => answers.map((one) => one.data),
  });
  const names = asked.join("\n");
  return useMemo(() => {
    const known = new Map<string, Schemas["NamesOut"] | undefined>(
      names.split("\n").map((name, place) => [name, found[place]]),
    );
    const intent = (script: string, id: string) => known.get(script)?.intents[id] ?? intentName(say, id);
    return {
      intent,
      phrase: (script, id) => {
        const usual = phraseName(say, id);
        if (!id.startsWith(OBJECTIONS)) return known.get(script)?.phrases[id] ?? usual;
        const what = id.slice(OBJECTIONS.length);
        const own = reasonName(say, what, null) === what ? known.get(script)?.intents[what] : undefined;
        return own === undefined ? usual : usual.replace(what, own.toLowerCase());
      },
      script: (name) => known.get(name)?.title ?? name,
    };
  }, [names, found, say]);
}
