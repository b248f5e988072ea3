import { ActionIcon, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";

import { useFormats, useWords } from "../../../shell/language";
import type { Intent } from "../wire";
import type { PanelProps } from "./Panel";
import classes from "./Panel.module.css";
import { useAddExample } from "./useAddExample";
import { words } from "./words";

interface ExamplesProps extends PanelProps {
  readonly intent: Intent;
}

/** Sentences by which the robot knows an answer: the script's own can go, of shared ones some are shown. */
export function Examples({ intent, script, desk, editable }: ExamplesProps) {
  const t = useWords(words);
  const f = useFormats();
  const [text, setText] = useState("");
  const adding = useAddExample(script, desk);
  const removable = new Set(intent.own ? intent.examples : intent.added);
  const all = [...intent.added, ...intent.examples.filter((one) => !intent.added.includes(one))];
  const rest = intent.count - all.length;
  return (
    <div className={classes.examples}>
      <ul>
        {all.map((one) => (
          <li key={one} data-own={removable.has(one) || undefined}>
            {one}
            {editable && removable.has(one) && (
              <ActionIcon
                size="xs"
                aria-label={t.removeExample(one)}
                onClick={() => desk.edit([{ op: "remove_example", intent: intent.intent, text: one }])}
              >
                <IconX size={12} />
              </ActionIcon>
            )}
          </li>
        ))}
        {rest > 0 && <li className={classes.muted}>{t.shared(f.number(rest))}</li>}
      </ul>
      {editable && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() === "") return;
            adding.add(intent.intent, text.trim(), false).then(
              (taken) => taken && setText(""),
              () => undefined,
            );
          }}
        >
          <TextInput
            size="xs"
            aria-label={`${t.examples}: ${intent.title || intent.intent}`}
            placeholder={t.addExample}
            maxLength={200}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {adding.notice(intent.intent, text.trim())}
        </form>
      )}
    </div>
  );
}
