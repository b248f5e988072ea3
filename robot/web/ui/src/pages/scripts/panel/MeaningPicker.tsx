import { Button, Select } from "@mantine/core";

import { useWords } from "../../../shell/language";
import type { Canvas, Phrase } from "../wire";
import classes from "./Panel.module.css";
import { words } from "./words-calls";

interface MeaningPickerProps {
  readonly text: string;
  readonly canvas: Canvas;
  /** After which it was said: the meanings that it answers come first. */
  readonly phrase: Phrase | undefined;
  readonly chosen: string | null;
  readonly choose: (intent: string | null) => void;
  readonly take: (intent: string) => void;
}

/** What a client's words mean, and a button that makes them an example of it. */
export function MeaningPicker({ text, canvas, phrase, chosen, choose, take }: MeaningPickerProps) {
  const t = useWords(words);
  const answered = new Set(phrase?.answers.map((one) => one.intent));
  const offered = canvas.intents.toSorted((a, b) => Number(answered.has(b.intent)) - Number(answered.has(a.intent)));
  return (
    <div className={classes.make}>
      <Select
        size="xs"
        searchable
        aria-label={t.meansOf(text)}
        placeholder={t.means}
        data={offered.map((one) => ({ value: one.intent, label: one.title || one.intent }))}
        value={chosen}
        onChange={choose}
      />
      <Button size="xs" variant="light" disabled={chosen === null} onClick={() => chosen !== null && take(chosen)}>
        {t.make}
      </Button>
    </div>
  );
}
