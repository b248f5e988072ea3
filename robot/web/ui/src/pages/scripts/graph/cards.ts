/** What the canvas draws, made of the script and of where people went. Pure. */

import type { Edge as FlowEdge, Node as FlowNode } from "@xyflow/react";

import { byId, nameOf, speaks, type Canvas, type Finding, type Loss, type Phrase, type Way } from "../wire";
import type { Flow } from "./flow";
import { widthOf } from "./flow";
import type { Laid } from "./layout";

export interface Row {
  readonly edge: Way;
  /** The answers in words, most important first. */
  readonly label: string;
  readonly target: string;
  /** Calls that went this way; null without a drop-off. */
  readonly calls: number | null;
  /** Of the calls that reached the phrase. */
  readonly share: number | null;
}

export type CardData = {
  readonly phrase: Phrase;
  readonly rows: readonly Row[];
  readonly start: boolean;
  readonly loss: Loss | null;
  /** Calls that came by; of steps that say nothing. null without a drop-off. */
  readonly through: number | null;
  /** There is a drop-off to show. */
  readonly counted: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly chosen: boolean;
  /** Something else is chosen, and this is not next to it. */
  readonly faded: boolean;
  /** The test talk is here, or has been. */
  readonly talk: "here" | "passed" | null;
  readonly editable: boolean;
};

export type CardNode = FlowNode<CardData, "card">;
export type LaneNode = FlowNode<{ readonly width: number; readonly height: number }, "lane">;

export type WireData = {
  readonly width: number;
  readonly tone: "idle" | "flow" | "lost" | "goal";
  readonly calls: number | null;
  readonly shown: "usual" | "chosen" | "faded";
  readonly jump: boolean;
};
export type Wire = FlowEdge<WireData, "wire">;

export interface Scene {
  readonly canvas: Canvas;
  readonly laid: Laid;
  readonly flow: Flow | null;
  readonly findings: readonly Finding[];
  readonly chosen: string;
  readonly talk: readonly string[];
  /** Ways taken without words, too. */
  readonly quiet: boolean;
  readonly editable: boolean;
}

export const ROW_HANDLE = "row:";

export function cardsOf(scene: Scene): (CardNode | LaneNode)[] {
  const { canvas, laid, chosen } = scene;
  const near = neighbours(scene);
  const cards = [...canvas.nodes, ...canvas.objections].map((phrase): CardNode => {
    const data = dataOf(scene, phrase, chosen !== "" && !near.has(phrase.id));
    return {
      id: phrase.id,
      type: "card",
      position: laid.at.get(phrase.id) ?? { x: 0, y: 0 },
      data,
      selected: chosen === phrase.id,
      draggable: scene.editable,
      connectable: scene.editable,
      deletable: false,
      ariaLabel: nameOf(phrase),
    };
  });
  if (laid.lane === null) return cards;
  const { x, y, width, height } = laid.lane;
  const lane: LaneNode = {
    id: "lane", type: "lane", position: { x, y }, data: { width, height },
    draggable: false, selectable: false, focusable: false, zIndex: -1,
  }; // prettier-ignore
  return [lane, ...cards];
}

function dataOf(scene: Scene, phrase: Phrase, faded: boolean): CardData {
  const { canvas, flow, findings, talk } = scene;
  const about = findings.filter((one) => one.phrase === phrase.id);
  const at = talk.lastIndexOf(phrase.id);
  return {
    phrase,
    rows: rowsOf(scene, phrase),
    start: canvas.start === phrase.id,
    loss: flow?.losses.get(phrase.id) ?? null,
    through: flow === null ? null : (flow.through.get(phrase.id) ?? 0),
    counted: flow !== null,
    errors: about.filter((one) => one.severity === "error").length,
    warnings: about.filter((one) => one.severity !== "error").length,
    chosen: scene.chosen === phrase.id,
    faded,
    talk: at < 0 ? null : at === talk.length - 1 ? "here" : "passed",
    editable: scene.editable,
  };
}

export function rowsOf({ canvas, flow, quiet }: Scene, phrase: Phrase): Row[] {
  const reached = flow === null ? 0 : (flow.losses.get(phrase.id)?.reached ?? flow.through.get(phrase.id) ?? 0);
  return canvas.edges
    .filter((edge) => edge.source === phrase.id && (quiet || !edge.quiet))
    .map((edge) => {
      const calls = flow === null ? null : (flow.along.get(edge.id) ?? 0);
      const share = calls === null || reached === 0 ? null : calls / reached;
      return { edge, label: edge.labels.join(" · "), target: edge.target, calls, share };
    });
}

/** The chosen phrase and what it leads to, or is led to from. */
function neighbours({ canvas, flow, chosen }: Scene): ReadonlySet<string> {
  const near = new Set([chosen]);
  for (const { source, target } of [...canvas.edges, ...(flow?.jumps ?? [])]) {
    if (source === chosen) near.add(target);
    if (target === chosen) near.add(source);
  }
  return near;
}

const LOST = new Set(["refused", "opted_out", "wrong_number", "not_decision_maker", "voicemail", "no_answer"]);
const GOAL = new Set(["meeting_booked", "agreed"]);

export function wiresOf(scene: Scene): Wire[] {
  const { canvas, flow, chosen, quiet } = scene;
  const phrases = byId(canvas);
  const wires: Wire[] = [];
  for (const edge of canvas.edges) {
    const touched = edge.source === chosen || edge.target === chosen;
    // An objection may be heard anywhere: its ways would cross everything. They show when one of their ends is chosen.
    if (!touched && (edge.source.startsWith("objections.") || (edge.quiet && !quiet))) continue;
    const calls = flow === null ? null : (flow.along.get(edge.id) ?? 0);
    const tone = toneOf(phrases.get(edge.target), calls);
    const width = widthOf(calls ?? 0, flow?.calls ?? 0);
    const drawn = !edge.quiet || quiet;
    wires.push(
      wire(edge.id, edge, drawn ? `${ROW_HANDLE}${edge.id}` : "rest", chosen, { width, tone, calls, jump: false }),
    );
  }
  if (chosen !== "") {
    for (const jump of flow?.jumps ?? []) {
      if (jump.source !== chosen && jump.target !== chosen) continue;
      const width = widthOf(jump.calls, flow?.calls ?? 0);
      const id = `jump:${jump.source}→${jump.target}`;
      wires.push(wire(id, jump, "rest", chosen, { width, tone: "flow", calls: jump.calls, jump: true }));
    }
  }
  return wires;
}

function wire(
  id: string,
  { source, target }: { readonly source: string; readonly target: string },
  sourceHandle: string,
  chosen: string,
  data: Omit<WireData, "shown">,
): Wire {
  const touched = source === chosen || target === chosen;
  const shown = chosen === "" ? "usual" : touched ? "chosen" : "faded";
  return {
    id, source, target, sourceHandle, targetHandle: "in", type: "wire",
    data: { ...data, shown }, focusable: false, selectable: false, deletable: false,
  }; // prettier-ignore
}

function toneOf(target: Phrase | undefined, calls: number | null): WireData["tone"] {
  if (calls === null || calls === 0) return "idle";
  if (target?.kind === "end" && LOST.has(target.outcome)) return "lost";
  if (target?.kind === "end" && GOAL.has(target.outcome)) return "goal";
  return "flow";
}

/** Lines of text there are to show; a step that says nothing has none. */
export function firstText(phrase: Phrase): string {
  return speaks(phrase) ? (phrase.variants[0]?.texts[0] ?? "") : "";
}
