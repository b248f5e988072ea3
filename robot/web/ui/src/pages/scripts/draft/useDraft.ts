import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { api, ask, Fault, faultOf } from "../../../shell/client";
import { useFresh } from "../../../shell/live";
import { queries } from "../../../shell/queries";
import type { Conflict, Draft, Edit } from "../wire";
import { Saver, type Answer, type Saving } from "./saver";

const CALM_MS = 700;
const AGAIN_MS = 4000;

export interface Desk {
  readonly draft: UseQueryResult<Draft>;
  readonly saving: Saving;
  /** Of typing: saved when the hands rest. */
  readonly type: (edits: readonly Edit[]) => void;
  /** Of one deed: saved at once. */
  readonly edit: (edits: readonly Edit[]) => void;
  readonly step: (where: "undo" | "redo") => Promise<void>;
  readonly resolve: (keep: "mine" | "theirs") => Promise<void>;
  /** Everything typed has arrived, or nothing more can be done. */
  readonly flush: () => Promise<void>;
  readonly again: () => void;
}

export function draftKey(script: string): readonly string[] {
  return ["script", script, "draft"];
}

/** The draft of a script, and the way to change it. */
export function useDraft(script: string): Desk {
  const draft = useQuery({
    queryKey: draftKey(script),
    queryFn: ({ signal }) => ask(api.GET("/api/scripts/{name}/draft", { params: { path: { name: script } }, signal })),
    staleTime: 5000,
  });
  useFresh("scripts", draftKey(script));
  const [saving, setSaving] = useState<Saving>({ state: "saved" });
  const saver = useMemo(() => {
    const known = queries.getQueryData<Draft>(draftKey(script));
    return new Saver(known?.revision ?? 0, {
      send: (revision, edits) => send(script, revision, edits),
      saved: (fresh) => queries.setQueryData(draftKey(script), fresh),
      changed: setSaving,
    });
  }, [script]);
  const revision = draft.data?.revision;
  useEffect(() => {
    if (revision !== undefined) saver.follow(revision);
  }, [saver, revision]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = useCallback(async () => {
    clearTimeout(timer.current);
    await saver.flush();
  }, [saver]);
  useEffect(() => () => void flush(), [flush]);
  useEffect(() => {
    if (saving.state !== "unreachable") return;
    const waiting = setTimeout(() => void flush(), AGAIN_MS);
    return () => clearTimeout(waiting);
  }, [saving, flush]);
  useUnsavedGuard(saving);
  const type = useCallback(
    (edits: readonly Edit[]) => {
      saver.push(edits);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void saver.flush(), CALM_MS);
    },
    [saver],
  );
  const edit = useCallback(
    (edits: readonly Edit[]) => {
      saver.push(edits);
      void flush();
    },
    [saver, flush],
  );
  const step = useCallback(
    async (where: "undo" | "redo") => {
      await flush();
      const known = queries.getQueryData<Draft>(draftKey(script));
      if (known === undefined) return;
      const asked = { params: { path: { name: script } }, body: { revision: known.revision } };
      const fresh =
        where === "undo"
          ? await ask(api.POST("/api/scripts/{name}/draft/undo", asked))
          : await ask(api.POST("/api/scripts/{name}/draft/redo", asked));
      queries.setQueryData(draftKey(script), fresh);
    },
    [script, flush],
  );
  const resolve = useCallback(
    async (keep: "mine" | "theirs") => {
      await saver.resolve(keep);
      await queries.invalidateQueries({ queryKey: draftKey(script) });
    },
    [saver, script],
  );
  return { draft, saving, type, edit, step, resolve, flush, again: () => void flush() };
}

async function send(script: string, revision: number, edits: readonly Edit[]): Promise<Answer> {
  try {
    const { data, error, response } = await api.POST("/api/scripts/{name}/draft/edits", {
      params: { path: { name: script } },
      body: { revision, edits: [...edits] },
    });
    if (data !== undefined) return { kind: "saved", draft: data };
    const told: unknown = error;
    if (isConflict(told)) return { kind: "conflict", conflict: told.conflict };
    const fault = faultOf(response.status, told);
    return { kind: fault.passing ? "unreachable" : "refused", message: fault.message };
  } catch (error) {
    return { kind: "unreachable", message: error instanceof Fault ? error.message : String(error) };
  }
}

function isConflict(body: unknown): body is { readonly conflict: Conflict } {
  return typeof body === "object" && body !== null && "conflict" in body;
}

/** The browser asks before it throws away what is not saved yet. */
function useUnsavedGuard(saving: Saving): void {
  useEffect(() => {
    if (saving.state === "saved") return;
    const guard = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", guard);
    return () => window.removeEventListener("beforeunload", guard);
  }, [saving.state]);
}
