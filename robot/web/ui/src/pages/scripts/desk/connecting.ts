/** What a line drawn on the canvas means as edits of the script. Pure. */

import { ROW_HANDLE } from "../graph/cards";
import type { Canvas, Edit } from "../wire";

interface Drawn {
  readonly source: string;
  readonly target: string;
  readonly sourceHandle: string | null;
}

/** From a row: all its answers lead to the target now. From a card that leads nowhere: it goes on to the target. */
export function connecting(canvas: Canvas, { source, target, sourceHandle }: Drawn): Edit[] {
  if (source === target || !canvas.nodes.some((one) => one.id === target)) return [];
  const edge = canvas.edges.find((one) => sourceHandle === `${ROW_HANDLE}${one.id}`);
  if (edge === undefined) return [onward(canvas, source, target)];
  return [
    ...edge.intents.map((intent): Edit => ({ op: "set_answer", phrase: source, intent, target })),
    ...edge.ways.map((way): Edit => ({ op: "set_way", phrase: source, way, target })),
  ];
}

const ONWARD: Readonly<Record<string, string>> = { collect: "collected", book_meeting: "booked", transfer: "failed" };

function onward(canvas: Canvas, source: string, target: string): Edit {
  const kind = canvas.nodes.find((one) => one.id === source)?.kind ?? "";
  return { op: "set_way", phrase: source, way: ONWARD[kind] ?? "goto", target };
}

/** A free id for a new phrase. */
export function freeId(canvas: Canvas, like: string): string {
  const taken = new Set([...canvas.nodes, ...canvas.objections].map((one) => one.id));
  if (!taken.has(like)) return like;
  for (let number = 2; ; number++) if (!taken.has(`${like}_${String(number)}`)) return `${like}_${String(number)}`;
}
