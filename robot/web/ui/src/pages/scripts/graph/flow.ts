/** Where people went, laid over the script's canvas: the drop-off counts from phrase to phrase that was said, the canvas
 * has steps between them that say nothing (a branch, an action). Pure. */

import { speaks, type Canvas, type Dropoff, type Loss } from "../wire";

export interface Flow {
  /** Calls in which anything was said. */
  readonly calls: number;
  readonly losses: ReadonlyMap<string, Loss>;
  /** By the id of the canvas's edge: calls that went along it. */
  readonly along: ReadonlyMap<string, number>;
  /** Calls that came by, for steps that say nothing. */
  readonly through: ReadonlyMap<string, number>;
  /** From phrase to phrase where the canvas has no edge: an objection raised, the talk taken up again. */
  readonly jumps: readonly Jump[];
}

export interface Jump {
  readonly source: string;
  readonly target: string;
  readonly calls: number;
}

/** Phrases in the order in which they should be looked at: the share lost, certain to 95 %. What was counted too seldom
 * is not ranked: it follows in the order of the script. */
export function worstFirst(canvas: Canvas, dropoff: Dropoff): Loss[] {
  const order = new Map([...canvas.nodes, ...canvas.objections].map((one, index) => [one.id, index]));
  const place = ({ phrase }: Loss) => order.get(phrase) ?? order.size;
  const losing = dropoff.phrases.filter((one) => one.left > 0);
  return [
    ...losing.filter((one) => !one.small).toSorted((a, b) => b.left_low - a.left_low || b.left - a.left),
    ...losing.filter((one) => one.small).toSorted((a, b) => place(a) - place(b)),
  ];
}

export function flowOf(canvas: Canvas, dropoff: Dropoff): Flow {
  const paths = new Paths(canvas);
  const along = new Map<string, number>();
  const through = new Map<string, number>();
  const jumps: Jump[] = [];
  for (const { phrase, to, calls } of dropoff.edges) {
    if (to === "" || to === phrase) continue;
    const path = paths.between(phrase, to);
    if (path === null) {
      jumps.push({ source: phrase, target: to, calls });
      continue;
    }
    for (const edge of path) add(along, edge.id, calls);
    for (const edge of path.slice(0, -1)) add(through, edge.target, calls);
  }
  const losses = new Map(dropoff.phrases.map((one) => [one.phrase, one]));
  return { calls: dropoff.calls, losses, along, through, jumps };
}

function add(counts: Map<string, number>, key: string, calls: number): void {
  counts.set(key, (counts.get(key) ?? 0) + calls);
}

type Edge = Canvas["edges"][number];

/** Ways over the canvas from one phrase that speaks to the next. */
class Paths {
  private readonly out = new Map<string, Edge[]>();
  private readonly silent: ReadonlySet<string>;

  constructor(canvas: Canvas) {
    for (const edge of canvas.edges) {
      const known = this.out.get(edge.source);
      if (known === undefined) this.out.set(edge.source, [edge]);
      else known.push(edge);
    }
    this.silent = new Set(canvas.nodes.filter((one) => !speaks(one)).map((one) => one.id));
  }

  /** The shortest, through steps that say nothing; null when there is none. */
  between(source: string, target: string): Edge[] | null {
    const seen = new Set([source]);
    let ends: Edge[][] = [[]];
    while (ends.length > 0) {
      const next: Edge[][] = [];
      for (const path of ends) {
        for (const edge of this.out.get(path.at(-1)?.target ?? source) ?? []) {
          if (edge.target === target) return [...path, edge];
          if (!this.silent.has(edge.target) || seen.has(edge.target)) continue;
          seen.add(edge.target);
          next.push([...path, edge]);
        }
      }
      ends = next;
    }
    return null;
  }
}

const THINNEST = 1.25;
const WIDEST = 12;

/** Pixels for an edge that so many of all calls went along. */
export function widthOf(calls: number, all: number): number {
  return all === 0 ? THINNEST : THINNEST + (WIDEST - THINNEST) * Math.min(1, calls / all);
}

export type Heat = "none" | "mild" | "warm" | "hot";

/** How much a phrase loses: one in twelve is usual, one in five is bad. By the lower bound, so that chance shouts less. */
export function heatOf(loss: Loss): Heat {
  if (loss.small || loss.left === 0) return "none";
  if (loss.left_low >= 0.2) return "hot";
  return loss.left_low >= 0.08 ? "warm" : "mild";
}
