import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { api, ask } from "../../../shell/client";
import { queries } from "../../../shell/queries";
import { draftKey } from "../draft/useDraft";
import type { Point } from "../graph/layout";
import type { Draft } from "../wire";

export interface Positions {
  readonly moved: Readonly<Record<string, Point>>;
  readonly move: (phrase: string, at: Point) => void;
  /** All cards back to where the layout places them. */
  readonly tidy: () => void;
}

/** Where people have put cards; the same for everybody, and no revision of the draft. */
export function usePositions(script: string, draft: Draft): Positions {
  const [own, setOwn] = useState<Readonly<Record<string, Point | null>>>({});
  const keep = useMutation({
    mutationFn: (positions: Record<string, Point | null>) =>
      ask(api.PUT("/api/scripts/{name}/draft/positions", { params: { path: { name: script } }, body: { positions } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: draftKey(script) }),
  });
  const moved = useMemo(() => {
    const all: Record<string, Point | null> = { ...draft.positions, ...own };
    return Object.fromEntries(Object.entries(all).filter((one): one is [string, Point] => one[1] !== null));
  }, [draft.positions, own]);
  const set = (positions: Record<string, Point | null>) => {
    setOwn((before) => ({ ...before, ...positions }));
    keep.mutate(positions);
  };
  return {
    moved,
    move: (phrase, { x, y }) => set({ [phrase]: { x: Math.round(x), y: Math.round(y) } }),
    tidy: () => set(Object.fromEntries(Object.keys(moved).map((phrase) => [phrase, null]))),
  };
}
