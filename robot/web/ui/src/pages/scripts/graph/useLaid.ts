import { useMemo } from "react";

import { rowsOf, type Canvas } from "../wire";
import { laidOut, movedIn, type Laid, type Point } from "./layout";

const MOST = 8;
const known = new Map<string, Laid>();

/** The layout of a canvas. It stays while only texts change: cards do not jump under who types. */
export function useLaid(canvas: Canvas, moved: Readonly<Record<string, Point>>): Laid {
  return useMemo(() => movedIn(kept(canvas), moved), [canvas, moved]);
}

function kept(canvas: Canvas): Laid {
  const shape = JSON.stringify([
    canvas.start,
    [...canvas.nodes, ...canvas.objections].map((one) => [one.id, one.kind, rowsOf(canvas, one.id).length]),
    canvas.edges.map((edge) => [edge.source, edge.target, edge.quiet]),
  ]);
  const laid = known.get(shape) ?? laidOut(canvas);
  known.delete(shape); // the newest stand last
  known.set(shape, laid);
  for (const old of known.keys()) if (known.size > MOST) known.delete(old);
  return laid;
}
