/** What the server tells of scripts, under the names that this page uses. */

import type { Schemas } from "../../shell/client";

export type Script = Schemas["ScriptOut"];
export type Version = NonNullable<Script["live"]>;
export type Draft = Schemas["DraftOut"];
export type Canvas = Schemas["Canvas"];
export type Phrase = Schemas["NodeShape"];
export type Way = Schemas["EdgeShape"];
export type Said = Schemas["SayShape"];
export type Intent = Schemas["IntentShape"];
export type Fallback = Schemas["FallbackShape"];
export type Finding = Schemas["FindingOut"];
export type Change = Schemas["PhraseChange"];
export type Job = Schemas["JobOut"];
export type Talk = Schemas["TalkOut"];
export type Call = Schemas["CallRow"];
export type WholeCall = Schemas["CallOut"];
export type Edit = Schemas["EditsIn"]["edits"][number];
export type Dropoff = Schemas["DropoffOut"];
/** A phrase as the drop-off counts it. */
export type Loss = Dropoff["phrases"][number];

/** 409 of an edit: somebody else has changed the same phrases since `revision` was read. */
export interface Conflict {
  readonly revision: number;
  readonly author: string;
  readonly saved_at: string;
  readonly phrases: readonly string[];
  readonly yours: string;
  readonly theirs: string;
}

export const OBJECTION = "objections.";

/** Whether the robot says something there. */
export function speaks(phrase: Phrase): boolean {
  return phrase.variants.length > 0 || phrase.kind === "book_meeting" || phrase.kind === "collect";
}

export function nameOf(phrase: Phrase): string {
  return phrase.title === "" ? phrase.id : phrase.title;
}

/** Every phrase and objection by its id. */
export function byId(canvas: Canvas): ReadonlyMap<string, Phrase> {
  return new Map([...canvas.nodes, ...canvas.objections].map((one) => [one.id, one]));
}

/** The ways from a phrase that its card has rows for. */
export function rowsOf(canvas: Canvas, phrase: string): readonly Way[] {
  return canvas.edges.filter((edge) => edge.source === phrase && !edge.quiet);
}
