import { Button, Switch, Textarea, TextInput } from "@mantine/core";
import { IconFlag, IconTrash } from "@tabler/icons-react";
import { useState } from "react";

import { useWords } from "../../../shell/language";
import { OBJECTION } from "../wire";
import { Answers } from "./Answers";
import { Fallbacks } from "./Fallbacks";
import { OutcomePicker } from "./OutcomePicker";
import type { PanelProps } from "./Panel";
import classes from "./Panel.module.css";
import { Rename } from "./Rename";
import { Texts } from "./Texts";
import { words } from "./words";

/** What a phrase says, where answers to it lead, what follows without one. */
export function PhraseTab(props: PanelProps) {
  const { phrase, desk, canvas, editable, close } = props;
  const t = useWords(words);
  const objection = phrase.id.startsWith(OBJECTION);
  const speech = phrase.kind !== "branch" && phrase.kind !== "broken";
  return (
    <div className={classes.sections}>
      {speech && <Texts {...props} />}
      {phrase.kind === "end" && <OutcomePicker {...props} />}
      {phrase.kind !== "end" && <Answers {...props} />}
      {(phrase.kind === "phrase" || phrase.kind === "collect") && <Again {...props} />}
      {(phrase.kind === "phrase" || phrase.kind === "collect") && <Fallbacks {...props} />}
      {speech && (
        <Switch
          label={t.interruptible}
          checked={phrase.settings.interruptible !== false}
          disabled={!editable}
          onChange={(event) =>
            desk.edit([
              {
                op: "set_field",
                phrase: phrase.id,
                field: "interruptible",
                value: event.currentTarget.checked ? null : false,
              },
            ])
          }
        />
      )}
      {!objection && <TitleField {...props} />}
      {editable && phrase.part === "" && !phrase.replaces && !objection && <Rename {...props} />}
      {editable && (
        <div className={classes.danger}>
          {canvas.start !== phrase.id && !objection && (
            <Button
              variant="subtle"
              size="xs"
              leftSection={<IconFlag size={14} />}
              onClick={() => desk.edit([{ op: "set_start", phrase: phrase.id }])}
            >
              {t.makeStart}
            </Button>
          )}
          {phrase.part === "" && !phrase.replaces && canvas.start !== phrase.id && (
            <Button
              variant="subtle"
              color="red"
              size="xs"
              leftSection={<IconTrash size={14} />}
              onClick={() => {
                desk.edit([{ op: "remove_phrase", phrase: phrase.id }]);
                close();
              }}
            >
              {t.remove}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function TitleField({ phrase, desk, editable }: PanelProps) {
  const t = useWords(words);
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextInput
      label={t.title}
      value={typed ?? phrase.title}
      readOnly={!editable}
      maxLength={200}
      onChange={(event) => {
        const value = event.currentTarget.value;
        setTyped(value);
        desk.type([{ op: "set_field", phrase: phrase.id, field: "title", value: value === "" ? null : value }]);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

/** What is said when the same question must be asked once more. */
function Again({ phrase, desk, editable }: PanelProps) {
  const t = useWords(words);
  const known = phrase.settings.again;
  const text = Array.isArray(known) ? known.join("\n") : typeof known === "string" ? known : "";
  const [typed, setTyped] = useState<string | null>(null);
  if (!editable && text === "") return null;
  return (
    <Textarea
      label={t.again}
      autosize
      minRows={1}
      value={typed ?? text}
      readOnly={!editable}
      onChange={(event) => {
        const value = event.currentTarget.value;
        setTyped(value);
        const lines = value.split("\n").filter((line) => line.trim() !== "");
        desk.type([{ op: "set_field", phrase: phrase.id, field: "again", value: lines.length === 0 ? null : lines }]);
      }}
    />
  );
}
