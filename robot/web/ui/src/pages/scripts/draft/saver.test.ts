import { describe, expect, it } from "vitest";

import type { Conflict, Draft, Edit } from "../wire";
import { Saver, type Answer, type Saving } from "./saver";

const DRAFT: Draft = {
  script: "test", revision: 1, base: 1, author: "", saved_at: null, changed: true, can_undo: true, can_redo: false,
  merged: false, yaml: "", findings: [], positions: {},
  canvas: {
    name: "test", title: "", goal: "meeting", start: "", nodes: [], objections: [], edges: [], intents: [], parts: [],
    variables: {}, known_variables: [], defaults: {},
  },
}; // prettier-ignore

const say = (text: string, phrase = "greeting"): Edit => ({
  op: "set_say",
  phrase,
  variants: [{ variant: "", texts: [text], weight: 1, audio: [] }],
});
const conflict: Conflict = { revision: 7, author: "Олег", saved_at: "", phrases: ["greeting"], yours: "", theirs: "" };

/** A server that answers as it is told, when it is told. */
function office(revision = 0) {
  const sent: { revision: number; edits: readonly Edit[] }[] = [];
  const states: Saving[] = [];
  const waiting: ((answer: Answer) => void)[] = [];
  const saver = new Saver(revision, {
    send: (at, edits) => {
      sent.push({ revision: at, edits });
      return new Promise((resolve) => waiting.push(resolve));
    },
    saved: () => undefined,
    changed: (saving) => states.push(saving),
  });
  const answer = async (given: Answer) => {
    waiting.shift()?.(given);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const saved = (number: number): Answer => ({ kind: "saved", draft: { ...DRAFT, revision: number } });
  return { saver, sent, states, answer, saved, last: () => states.at(-1)?.state };
}

describe("edits on their way", () => {
  it("sends what was typed last, once, on the revision that was read", async () => {
    const { saver, sent, answer, saved, last } = office(4);
    saver.push([say("З")]);
    saver.push([say("Зд")]);
    saver.push([say("Здравствуйте")]);
    void saver.flush();
    expect(sent).toEqual([{ revision: 4, edits: [say("Здравствуйте")] }]);
    await answer(saved(5));
    expect(last()).toBe("saved");
  });

  it("waits for the answer, and builds the next on its revision", async () => {
    const { saver, sent, answer, saved } = office();
    saver.push([say("раз")]);
    void saver.flush();
    saver.push([say("два")]);
    void saver.flush();
    expect(sent).toHaveLength(1);
    await answer(saved(1));
    expect(sent[1]).toEqual({ revision: 1, edits: [say("два")] });
    expect(saver.settled).toBe(false);
    await answer(saved(2));
    expect(saver.settled).toBe(true);
  });

  it("keeps both edits of different phrases", () => {
    const { saver, sent } = office();
    saver.push([say("раз"), say("два", "offer")]);
    void saver.flush();
    expect(sent[0]?.edits).toEqual([say("раз"), say("два", "offer")]);
  });

  it("keeps everything while the server is away, in order", async () => {
    const { saver, sent, answer, saved, last } = office();
    saver.push([say("раз", "offer")]);
    void saver.flush();
    saver.push([say("два")]);
    await answer({ kind: "unreachable", message: "" });
    expect(last()).toBe("unreachable");
    void saver.flush();
    expect(sent[1]?.edits).toEqual([say("раз", "offer"), say("два")]);
    await answer(saved(1));
    expect(last()).toBe("saved");
  });

  it("holds a conflict until a person decides; what was typed meanwhile goes with it", async () => {
    const { saver, sent, answer, saved, last } = office();
    saver.push([say("моё")]);
    void saver.flush();
    saver.push([say("ещё", "offer")]);
    await answer({ kind: "conflict", conflict });
    expect(last()).toBe("conflict");
    await saver.flush();
    saver.follow(9);
    expect(sent).toHaveLength(1);
    void saver.resolve("mine");
    expect(sent[1]).toEqual({ revision: 7, edits: [say("моё"), say("ещё", "offer")] });
    await answer(saved(8));
    expect(last()).toBe("saved");
  });

  it("gives up its own only when told to, and only those", async () => {
    const { saver, sent, answer } = office();
    saver.push([say("моё")]);
    void saver.flush();
    saver.push([say("ещё", "offer")]);
    await answer({ kind: "conflict", conflict });
    void saver.resolve("theirs");
    expect(sent[1]).toEqual({ revision: 7, edits: [say("ещё", "offer")] });
  });

  it("lets a refused edit hold up no other", async () => {
    const { saver, sent, answer, saved, last } = office();
    saver.push([say("плохое")]);
    void saver.flush();
    saver.push([say("хорошее", "offer")]);
    await answer({ kind: "refused", message: "нельзя" });
    expect(sent[1]).toEqual({ revision: 0, edits: [say("хорошее", "offer")] });
    await answer(saved(1));
    expect(last()).toBe("saved");
  });

  it("follows others only while nothing of ours waits", () => {
    const { saver, sent } = office(1);
    saver.follow(3);
    saver.push([say("моё")]);
    saver.follow(5);
    void saver.flush();
    expect(sent[0]?.revision).toBe(3);
  });
});
