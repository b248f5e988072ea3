import { describe, expect, it } from "vitest";

import type { Canvas, Dropoff, Loss, Phrase, Way } from "../wire";
import { flowOf, heatOf, widthOf, worstFirst } from "./flow";
import { laidOut, movedIn, sizeOf } from "./layout";

function phrase(id: string, kind = "phrase", said = true): Phrase {
  return {
    id, title: "", kind, part: "", inline: false, replaces: false, answers: [], ways: [], silence: null,
    not_understood: null, settings: {}, conditions: [], outcome: kind === "end" ? "refused" : "", seconds: 3, reachable: true,
    variants: said ? [{ variant: "", texts: ["Здравствуйте! Вы занимаетесь рекламой?"], weight: 1, audio: [] }] : [],
  }; // prettier-ignore
}

function way(source: string, target: string, quiet = false): Way {
  return { id: `${source}→${target}`, source, target, labels: ["да"], intents: ["yes"], ways: [], quiet };
}

const CANVAS: Canvas = {
  name: "test", title: "", goal: "meeting", start: "greeting", intents: [], parts: [], variables: {},
  known_variables: [], defaults: {},
  nodes: [phrase("greeting"), phrase("which", "branch", false), phrase("offer"), phrase("bye", "end"), phrase("far")],
  objections: [phrase("objections.price", "objection")],
  edges: [
    way("greeting", "which"), way("which", "offer"), way("which", "bye"), way("offer", "bye"), way("offer", "greeting"),
    way("objections.price", "far"),
  ],
}; // prettier-ignore

function loss(id: string, left: number, reached: number, low: number): Loss {
  return {
    phrase: id, objection: false, reached, visits: reached, hung_up_during: left, hung_up_after: 0, refused: 0, silent: 0,
    not_understood: 0, interrupted: 0, left, left_share: left / reached, left_low: low, left_high: 1, small: reached < 30,
    goal: 0,
  }; // prettier-ignore
}

function dropoff(edges: readonly (readonly [string, string, number])[], phrases: Loss[] = []): Dropoff {
  const goal = { hits: 0, trials: 100, share: 0, low: 0, high: 0, small: false };
  return {
    script: "test", campaign: null, version: null, variant: null, since: "2026-11-01", until: "2026-11-30", calls: 100,
    goal, phrases, versions: [], variants: [],
    edges: edges.map(([from, to, calls]) => ({ phrase: from, to, calls, share: calls / 100, answers: [] })),
  }; // prettier-ignore
}

describe("where people went", () => {
  it("goes through steps that say nothing, and counts who came by them", () => {
    const flow = flowOf(CANVAS, dropoff([["greeting", "offer", 60], ["greeting", "bye", 25], ["offer", "greeting", 4]])); // prettier-ignore
    expect(flow.along.get("greeting→which")).toBe(85);
    expect(flow.along.get("which→offer")).toBe(60);
    expect(flow.along.get("which→bye")).toBe(25);
    expect(flow.along.get("offer→greeting")).toBe(4);
    expect(flow.through.get("which")).toBe(85);
    expect(flow.jumps).toEqual([]);
  });

  it("keeps what the canvas has no edge for as jumps, and who left or stayed as none", () => {
    const flow = flowOf(CANVAS, dropoff([["offer", "objections.price", 9], ["offer", "", 12], ["offer", "offer", 3]])); // prettier-ignore
    expect(flow.jumps).toEqual([{ source: "offer", target: "objections.price", calls: 9 }]);
    expect(flow.along.size).toBe(0);
  });

  it("ranks by what is certain to be lost; small samples last, whatever they say", () => {
    const few = [loss("objections.price", 2, 2, 0.34), loss("greeting", 1, 13, 0.01)];
    expect(worstFirst(CANVAS, dropoff([], few)).map((one) => one.phrase)).toEqual(["greeting", "objections.price"]);
    const phrases = [
      loss("small", 9, 10, 0.6),
      loss("mild", 10, 100, 0.05),
      loss("bad", 40, 100, 0.3),
      loss("good", 0, 100, 0),
    ];
    expect(worstFirst(CANVAS, dropoff([], phrases)).map((one) => one.phrase)).toEqual(["bad", "mild", "small"]);
    expect(phrases.map(heatOf)).toEqual(["none", "mild", "hot", "none"]);
  });

  it("draws an edge as wide as the share of calls that went along it", () => {
    const widths = [0, 25, 50, 100].map((calls) => widthOf(calls, 100));
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
    expect(new Set(widths).size).toBe(4);
    expect(widthOf(0, 0)).toBe(widths[0]);
  });
});

describe("layout", () => {
  const laid = laidOut(CANVAS);
  const at = (id: string) => laid.at.get(id) ?? { x: NaN, y: NaN };

  it("leads from left to right, and places every card", () => {
    expect(at("greeting").x).toBeLessThan(at("which").x);
    expect(at("which").x).toBeLessThan(at("offer").x);
    expect(laid.at.size).toBe(6);
  });

  it("keeps objections in a lane beneath the talk, and beside it what only they lead to", () => {
    const lane = laid.lane;
    if (lane === null) throw new Error("no lane");
    expect(at("objections.price").y).toBeGreaterThan(lane.y);
    expect(lane.y).toBeGreaterThan(at("bye").y);
    expect(at("far").x).toBeGreaterThanOrEqual(lane.x + lane.width);
  });

  it("covers no card with another", () => {
    const all = [...CANVAS.nodes, ...CANVAS.objections].map((one) => ({ ...at(one.id), ...sizeOf(one, 2) }));
    for (const [index, a] of all.entries()) {
      for (const b of all.slice(index + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart).toBe(true);
      }
    }
  });

  it("leaves cards where people have put them", () => {
    expect(movedIn(laid, { offer: { x: 7, y: 8 }, gone: { x: 1, y: 1 } }).at.get("offer")).toEqual({ x: 7, y: 8 });
  });
});
