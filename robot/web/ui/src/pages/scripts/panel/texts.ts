/** The variants of a phrase as they are edited. Pure. */

import type { Said } from "../wire";

export function withText(variants: readonly Said[], variant: number, visit: number, text: string): Said[] {
  return variants.map((one, index) => {
    if (index !== variant) return one;
    const texts = one.texts.map((known, place) => (place === visit ? text : known));
    // What was recorded says the old words: the voice takes over.
    const audio = one.audio.map((file, place) => (place === visit ? "" : file));
    return { ...one, texts, audio: audio.some((file) => file === "") ? [] : audio };
  });
}

const LETTERS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

/** One more variant, named after the first free letter; a single nameless one becomes "a". */
export function withVariant(variants: readonly Said[]): Said[] {
  const named =
    variants.length === 1 && variants[0]?.variant === "" ? [{ ...variants[0], variant: "a" }] : [...variants];
  const taken = new Set(named.map((one) => one.variant));
  const variant = LETTERS.find((letter) => !taken.has(letter)) ?? "k";
  const like = named.at(-1)?.texts[0] ?? "";
  return [...named, { variant, texts: [like], weight: 1, audio: [] }];
}

export function withoutVariant(variants: readonly Said[], variant: number): Said[] {
  const rest = variants.filter((_, index) => index !== variant);
  return rest.length === 1 ? rest.map((one) => ({ ...one, weight: 1 })) : rest;
}

export function withVisit(variants: readonly Said[], variant: number): Said[] {
  return variants.map((one, index) =>
    index === variant ? { ...one, texts: [...one.texts, one.texts.at(-1) ?? ""], audio: [] } : one,
  );
}

export function withoutVisit(variants: readonly Said[], variant: number, visit: number): Said[] {
  return variants.map((one, index) =>
    index === variant ? { ...one, texts: one.texts.filter((_, place) => place !== visit), audio: [] } : one,
  );
}

/** file: "" takes the recording away. */
export function withRecording(variants: readonly Said[], variant: number, visit: number, file: string): Said[] {
  return variants.map((one, index) => {
    if (index !== variant) return one;
    const audio = one.texts.map((_, place) => (place === visit ? file : (one.audio[place] ?? "")));
    return { ...one, audio: audio.every((name) => name === "") ? [] : audio };
  });
}

/** As the server takes it: a recording for each text, or none. Until each has one, the voice says them all. */
export function sent({ variant, texts, weight, audio }: Said) {
  return { variant, texts: [...texts], weight, audio: audio.includes("") ? [] : [...audio] };
}

/** A name that no other recording has: versions keep theirs. */
export function recordingName(phrase: string, variant: string, visit: number, given: string, now: Date): string {
  const clean = `${phrase}_${variant}${String(visit + 1)}`.replace(/[^\p{L}\p{N}_]/gu, "_").slice(0, 60);
  const kind = /\.(wav|flac|ogg)$/i.exec(given)?.[1]?.toLowerCase() ?? "wav";
  return `${clean}-${now.getTime().toString(36)}.${kind}`;
}

/** The server takes no empty text: while one is being typed, nothing is sent. */
export function complete(variants: readonly Said[]): boolean {
  return variants.every((one) => one.texts.every((text) => text.trim() !== ""));
}

export function same(one: readonly Said[], other: readonly Said[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
