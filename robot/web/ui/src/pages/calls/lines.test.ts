import { describe, expect, it } from "vitest";

import { lineAt, linesOf, noteOf, type Turn } from "./lines";

function turn(values: Partial<Turn>): Turn {
  return {
    number: 1,
    phrase: "offer",
    role: "phrase",
    visit: 1,
    variant: "",
    said: "",
    said_heard: "",
    said_from_ms: 0,
    said_to_ms: null,
    interrupted: false,
    heard: "",
    confidence: null,
    heard_from_ms: null,
    heard_to_ms: null,
    gap_ms: null,
    ending: null,
    kind: "",
    intent: "",
    went_to: "",
    words: [],
    false_starts: 0,
    second: null,
    example: false,
    ...values,
  };
}

const TALK = [
  turn({ number: 0, role: "opening", phrase: "", heard: "алло", heard_from_ms: 200, heard_to_ms: 600 }),
  turn({ number: 1, said: "Здравствуйте", said_from_ms: 800, said_to_ms: 1800, heard: "да", heard_from_ms: 2000 }),
  turn({ number: 2, said: "Интересно?", said_from_ms: 2400, said_to_ms: 3000, ending: "hung_up_after" }),
];

describe("lines of a talk", () => {
  it("stand in the order in which they began", () => {
    expect(linesOf([...TALK].reverse()).map((line) => line.key)).toEqual(["c0", "r1", "c1", "r2"]);
  });

  it("one is heard from its beginning until the next begins", () => {
    const lines = linesOf(TALK);
    expect([100, 200, 799, 800, 2399, 9999].map((ms) => lineAt(lines, ms)?.key)).toEqual([
      undefined, "c0", "c0", "r1", "c1", "r2",
    ]); // prettier-ignore
  });

  it("the end of a turn is told once, at its last line", () => {
    const silent = linesOf(TALK).map(noteOf);
    expect(silent).toEqual([null, null, null, "hung_up_after"]);
    const answered = linesOf([turn({ said: "А?", heard: "бу", ending: "not_understood", heard_from_ms: 500 })]);
    expect(answered.map(noteOf)).toEqual([null, "not_understood"]);
  });
});
