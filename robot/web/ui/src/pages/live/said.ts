/** What was said in a call under way: the stored turns, and what the robot told of since. Pure. */

import type { Schemas } from "../../shell/client";

export type Turn = Schemas["CallTurnOut"];

/** As /api/events tells it. */
export interface Said {
  readonly call: string;
  readonly by: "robot" | "client";
  readonly text: string;
}

export interface Line {
  readonly key: string;
  readonly by: Said["by"];
  readonly text: string;
}

const KEPT = 20;

export function isSaid(data: unknown): data is Said {
  if (typeof data !== "object" || data === null) return false;
  const { call, by, text } = data as Partial<Record<keyof Said, unknown>>;
  return typeof call === "string" && (by === "robot" || by === "client") && typeof text === "string";
}

/** The last lines of each call. */
export type Heard = Readonly<Record<string, readonly Said[]>>;

export function withLine(heard: Heard, said: Said): Heard {
  return { ...heard, [said.call]: [...(heard[said.call] ?? []), said].slice(-KEPT) };
}

/** In the order in which it was said. A line that was told and is stored by now stands there once. */
export function linesOf(turns: readonly Turn[], told: readonly Said[]): Line[] {
  const stored = [...turns]
    .sort((one, other) => one.number - other.number)
    .flatMap(({ number, said, heard }): Line[] => [
      { key: `r${String(number)}`, by: "robot", text: said },
      { key: `c${String(number)}`, by: "client", text: heard },
    ])
    .filter((line) => line.text !== "");
  const unseen = new Map<string, number>();
  for (const line of stored) unseen.set(mark(line), (unseen.get(mark(line)) ?? 0) + 1);
  const fresh = told.flatMap((said, place): Line[] => {
    const left = unseen.get(mark(said)) ?? 0;
    unseen.set(mark(said), left - 1);
    return left > 0 ? [] : [{ key: `t${String(place)}`, by: said.by, text: said.text }];
  });
  return [...stored, ...fresh];
}

function mark(line: Pick<Line, "by" | "text">): string {
  return `${line.by}:${line.text.trim()}`;
}
