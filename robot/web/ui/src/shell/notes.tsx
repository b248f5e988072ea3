import { CloseButton } from "@mantine/core";
import { useSyncExternalStore } from "react";

import { useWords } from "./language";
import classes from "./notes.module.css";
import { words } from "./words-of-shell";

interface Note {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "bad";
}

const SHOWN_MS = { plain: 4_000, bad: 12_000 };
const MOST = 4;

let notes: readonly Note[] = [];
let last = 0;
const watchers = new Set<() => void>();

function become(after: readonly Note[]): void {
  notes = after;
  for (const told of watchers) told();
}

const drop = (id: number) => become(notes.filter((one) => one.id !== id));

/** A few words in the corner: that something was done, or that it was not. */
export function note(text: string, tone: Note["tone"] = "plain"): void {
  const id = ++last;
  become([...notes.filter((one) => one.text !== text), { id, text, tone }].slice(-MOST));
  setTimeout(() => drop(id), SHOWN_MS[tone]);
}

export function Notes() {
  const t = useWords(words);
  const shown = useSyncExternalStore(
    (told) => {
      watchers.add(told);
      return () => watchers.delete(told);
    },
    () => notes,
  );
  return (
    <div className={classes.corner} aria-live="polite">
      {shown.map(({ id, text, tone }) => (
        <div key={id} className={classes.note} data-tone={tone} role={tone === "bad" ? "alert" : "status"}>
          <span>{text}</span>
          <CloseButton size="sm" aria-label={t.close} onClick={() => drop(id)} />
        </div>
      ))}
    </div>
  );
}
