/** A talk as lines in the order in which they began, and which of them is heard at a moment. Milliseconds count from the
 * recording's first sample. */

import type { Schemas } from "../../shell/client";

export type Turn = Schemas["CallTurnOut"];

export interface Line {
  readonly key: string;
  readonly by: "robot" | "client";
  readonly from: number;
  readonly to: number;
  readonly turn: Turn;
}

/** How a turn ended, where that is worth a word. */
export type Note = "silent" | "not_understood" | "hung_up_during" | "hung_up_after" | "cut_off";

const NOTED: ReadonlySet<string> = new Set<Note>([
  "silent",
  "not_understood",
  "hung_up_during",
  "hung_up_after",
  "cut_off",
]);

export function linesOf(turns: readonly Turn[]): Line[] {
  const lines: Line[] = [];
  for (const turn of turns) {
    const said: Line = {
      key: `r${String(turn.number)}`,
      by: "robot",
      from: turn.said_from_ms,
      to: turn.said_to_ms ?? turn.said_from_ms,
      turn,
    };
    if (turn.said !== "") lines.push(said);
    const from = turn.heard_from_ms ?? said.to;
    const heard: Line = { key: `c${String(turn.number)}`, by: "client", from, to: turn.heard_to_ms ?? from, turn };
    if (turn.heard !== "" || (turn.second !== null && turn.second.text !== "")) lines.push(heard);
  }
  return lines.sort((one, other) => one.from - other.from);
}

/** The last line that has begun; null before the first. */
export function lineAt(lines: readonly Line[], ms: number): Line | null {
  let found: Line | null = null;
  for (const line of lines) {
    if (line.from > ms) break;
    found = line;
  }
  return found;
}

/** Stands at the turn's last line. */
export function noteOf(line: Line): Note | null {
  const { ending, heard } = line.turn;
  if (ending === null || !NOTED.has(ending)) return null;
  const last = heard === "" ? "robot" : "client";
  return line.by === last ? (ending as Note) : null;
}
