import { Button, Select, Textarea } from "@mantine/core";
import { useState } from "react";

import { useWords } from "../../../shell/language";
import { nameOf, type Fallback } from "../wire";
import type { PanelProps } from "./Panel";
import classes from "./Panel.module.css";
import { words } from "./words";

const KINDS = ["silence", "not_understood"] as const;

/** What follows when the client is silent, or says what nobody understands. */
export function Fallbacks(props: PanelProps) {
  const t = useWords(words);
  return (
    <section>
      <h3>{t.fallback}</h3>
      {KINDS.map((when) => (
        <One key={when} {...props} when={when} />
      ))}
    </section>
  );
}

function One({ when, phrase, canvas, desk, editable }: PanelProps & { readonly when: (typeof KINDS)[number] }) {
  const t = useWords(words);
  const own = phrase[when];
  const usual = canvas.defaults[when];
  const [typed, setTyped] = useState<string | null>(null);
  const keep = (change: Partial<Fallback>, at: "type" | "edit") => {
    const { say = null, after_s = null, at_most = null, then = null } = { ...own, ...change };
    desk[at]([
      { op: "set_fallback", phrase: phrase.id, when, say: say === null ? null : [...say], after_s, at_most, then },
    ]);
  };
  if (own === null) {
    return (
      <div className={classes.fallback}>
        <span>{t[when]}</span>
        <small className={classes.muted}>{t.usual}</small>
        {editable && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => keep({ say: usual?.say ?? [], then: usual?.then ?? null }, "edit")}
          >
            {t.ownWords}
          </Button>
        )}
      </div>
    );
  }
  const then = own.then ?? usual?.then ?? null;
  return (
    <fieldset className={classes.ownFallback} disabled={!editable}>
      <legend>{t[when]}</legend>
      <Textarea
        autosize
        size="xs"
        minRows={1}
        label={t.sayThen}
        placeholder={(usual?.say ?? []).join("\n")}
        value={typed ?? (own.say ?? []).join("\n")}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          const lines = event.currentTarget.value.split("\n").filter((line) => line.trim() !== "");
          keep({ say: lines.length === 0 ? null : lines }, "type");
        }}
      />
      <Select
        size="xs"
        searchable
        label={t.thenGo}
        data={canvas.nodes.map((one) => ({ value: one.id, label: nameOf(one) }))}
        value={then}
        allowDeselect={false}
        onChange={(to) => keep({ then: to }, "edit")}
      />
      {editable && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={() => {
            setTyped(null);
            desk.edit([
              { op: "set_fallback", phrase: phrase.id, when, say: null, after_s: null, at_most: null, then: null },
            ]);
          }}
        >
          {t.asUsual}
        </Button>
      )}
    </fieldset>
  );
}
