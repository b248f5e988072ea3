import { describe, expect, it } from "vitest";

import { nameFrom } from "../list/names";
import { theirsOf } from "../publish/theirs";
import { complete, recordingName, sent, withRecording, withText, withVariant, withoutVariant } from "./texts";

const ONE = [{ variant: "", texts: ["Добрый день"], weight: 1, audio: ["hello.wav"] }];

describe("texts of a phrase", () => {
  it("lets the voice say what is no longer what was recorded", () => {
    expect(withText(ONE, 0, 0, "Здравствуйте")).toEqual([
      { variant: "", texts: ["Здравствуйте"], weight: 1, audio: [] },
    ]);
  });

  it("plays recordings when every text has one", () => {
    const two = [{ variant: "", texts: ["Раз", "Два"], weight: 1, audio: [] }];
    const half = withRecording(two, 0, 1, "b.wav");
    expect(half[0]?.audio).toEqual(["", "b.wav"]);
    expect(half.map(sent)[0]?.audio).toEqual([]);
    const whole = withRecording(half, 0, 0, "a.wav");
    expect(whole.map(sent)[0]?.audio).toEqual(["a.wav", "b.wav"]);
    expect(withRecording(withRecording(whole, 0, 0, ""), 0, 1, "")[0]?.audio).toEqual([]);
  });

  it("gives a recording a name that the server takes", () => {
    const name = /^[\p{L}\p{N}_][\p{L}\p{N}_-]{0,80}\.(wav|flac|ogg)$/u;
    for (const phrase of ["greeting.wrong_number", "objections.дорого", "ф".repeat(200)])
      expect(recordingName(phrase, "a", 0, "Дубль 3.FLAC", new Date(0))).toMatch(name);
  });

  it("names variants when there are two", () => {
    const two = withVariant(ONE);
    expect(two.map((one) => one.variant)).toEqual(["a", "b"]);
    expect(withVariant(two).map((one) => one.variant)).toEqual(["a", "b", "c"]);
    expect(withoutVariant(two, 0).map((one) => one.variant)).toEqual(["b"]);
  });

  it("knows an unfinished text", () => {
    expect(complete(withText(ONE, 0, 0, "  "))).toBe(false);
    expect(complete(ONE)).toBe(true);
  });
});

describe("a script's name", () => {
  it("is made of its title, as the server takes it", () => {
    const name = /^[a-zа-яё][a-zа-яё0-9_]{0,59}$/;
    for (const title of ["Приглашение на выставку", "2-й звонок!", "Ёлка — VIP 2027"])
      expect(nameFrom(title)).toMatch(name);
    expect(nameFrom("Приглашение на выставку")).toBe("приглашение_на_выставку");
  });
});

describe("what somebody else wrote", () => {
  const yaml =
    "script: x\nphrases:\n  greeting:\n    say: Добрый день\n    answers:\n      yes: offer\n  offer:\n    say: Вот\nobjections:\n  greeting:\n    say: И вам\n";

  it("is the phrase's own lines", () => {
    expect(theirsOf(yaml, "greeting")).toBe("say: Добрый день\nanswers:\n  yes: offer");
    expect(theirsOf(yaml, "offer")).toBe("say: Вот");
    expect(theirsOf(yaml, "objections.greeting")).toBe("say: И вам");
    expect(theirsOf(yaml, "gone")).toBe("—");
  });
});
