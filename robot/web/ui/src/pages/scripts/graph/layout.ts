/** Where cards stand: the talk from left to right, objections in a lane beneath it, what only they lead to beside them.
 * Pure; the same script is laid out the same way every time. */

import { graphlib, layout as place } from "@dagrejs/dagre";

import { rowsOf, speaks, type Canvas, type Phrase } from "../wire";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Laid {
  /** The upper left corner of every card. */
  readonly at: ReadonlyMap<string, Point>;
  readonly lane: (Point & Size) | null;
}

export const CARD = 272;
const SMALL = 216;
const HEAD = 40;
const LINE = 18;
const ROW = 26;
const BADGE = 30;
const CHARS = 37;
export const LINES = 3;

const BESIDE = 26;
const RANK = 104;
const LANE_GAP = 120;
const LANE_PAD = 28;
const LANE_HEAD = 44;
const LANE_ROWS = 5;

/** How large a card will be, with so many rows of answers. */
export function sizeOf(phrase: Phrase, rows: number): Size {
  if (!speaks(phrase)) return { width: SMALL, height: HEAD + rows * ROW };
  const text = phrase.variants[0]?.texts[0] ?? "";
  const lines = Math.min(LINES, Math.ceil(text.length / CHARS));
  return { width: CARD, height: HEAD + lines * LINE + 10 + BADGE + rows * ROW };
}

/** With the cards that people have put elsewhere themselves. */
export function movedIn(laid: Laid, moved: Readonly<Record<string, Point>>): Laid {
  const at = new Map(laid.at);
  for (const [id, { x, y }] of Object.entries(moved)) if (at.has(id)) at.set(id, { x, y });
  return { at, lane: laid.lane };
}

export function laidOut(canvas: Canvas): Laid {
  const sizes = new Map<string, Size>();
  for (const one of [...canvas.nodes, ...canvas.objections])
    sizes.set(one.id, sizeOf(one, rowsOf(canvas, one.id).length));
  const main = reached(canvas);
  const talk = ranked(canvas, new Set(canvas.nodes.map((one) => one.id).filter((id) => main.has(id))), sizes);
  const aside = ranked(canvas, new Set(canvas.nodes.map((one) => one.id).filter((id) => !main.has(id))), sizes);
  const bottom = boundsOf(talk, sizes).bottom;
  const grid = laneOf(canvas, sizes, bottom + LANE_GAP);
  const at = new Map([...talk, ...grid.at]);
  const right = grid.lane === null ? 0 : grid.lane.x + grid.lane.width + RANK;
  for (const [id, { x, y }] of aside) at.set(id, { x: x + right, y: y + bottom + LANE_GAP + LANE_HEAD });
  return { at, lane: grid.lane };
}

/** What a talk may get to without an objection. */
function reached(canvas: Canvas): ReadonlySet<string> {
  const found = new Set([canvas.start]);
  const own = new Set(canvas.nodes.map((one) => one.id));
  for (const id of found) {
    for (const edge of canvas.edges) if (edge.source === id && own.has(edge.target)) found.add(edge.target);
  }
  return found;
}

function ranked(canvas: Canvas, ids: ReadonlySet<string>, sizes: ReadonlyMap<string, Size>): Map<string, Point> {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: BESIDE, ranksep: RANK, ranker: "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { ...(sizes.get(id) ?? { width: CARD, height: HEAD }) });
  for (const edge of canvas.edges) {
    if (edge.source === edge.target || !ids.has(edge.source) || !ids.has(edge.target)) continue;
    graph.setEdge(edge.source, edge.target, { weight: edge.quiet ? 0 : 2 });
  }
  place(graph);
  return new Map(
    [...ids].map((id) => {
      const { x, y, width, height } = graph.node(id) as Point & Size;
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
}

function boundsOf(at: ReadonlyMap<string, Point>, sizes: ReadonlyMap<string, Size>): { readonly bottom: number } {
  let bottom = 0;
  for (const [id, { y }] of at) bottom = Math.max(bottom, y + (sizes.get(id)?.height ?? 0));
  return { bottom };
}

/** Objections in columns, those that say something first. */
function laneOf(canvas: Canvas, sizes: ReadonlyMap<string, Size>, top: number): Laid {
  const at = new Map<string, Point>();
  const order = canvas.objections.toSorted((a, b) => Number(speaks(b)) - Number(speaks(a)));
  if (order.length === 0) return { at, lane: null };
  let x = LANE_PAD;
  let y = 0;
  let tallest = 0;
  order.forEach((one, index) => {
    if (index > 0 && index % LANE_ROWS === 0) {
      x += CARD + BESIDE;
      y = 0;
    }
    at.set(one.id, { x, y: top + LANE_HEAD + y });
    y += (sizes.get(one.id)?.height ?? 0) + BESIDE;
    tallest = Math.max(tallest, y);
  });
  return { at, lane: { x: 0, y: top, width: x + CARD + LANE_PAD, height: LANE_HEAD + tallest + LANE_PAD - BESIDE } };
}
