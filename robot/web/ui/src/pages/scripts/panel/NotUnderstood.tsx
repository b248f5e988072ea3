import { ActionIcon, Button, Select } from "@mantine/core";
import { IconCheck, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "../../../shell/client";
import { useFormats, useWords } from "../../../shell/language";
import { useMay } from "../../../shell/session";
import { Empty, Shown } from "../../../shell/states";
import { useUnheard, type Unheard } from "./calls";
import type { PanelProps } from "./Panel";
import classes from "./Panel.module.css";
import { Player } from "./Player";
import { useAddExample } from "./useAddExample";
import { words } from "./words-calls";

/** What people said here that was not understood; each may become an example of what it means. */
export function NotUnderstood(props: PanelProps) {
  const t = useWords(words);
  const unheard = useUnheard(props.script, props.phrase.id, props.slice);
  return (
    <Shown
      query={unheard}
      empty={(items) => items.length === 0}
      whenEmpty={<Empty title={t.unheardNone} hint={t.unheardNoneHint} />}
    >
      {(items) => (
        <>
          <p className={classes.muted}>{t.unheardHint}</p>
          <ul className={classes.calls}>
            {items.map((one) => (
              <Sentence key={one.text} {...props} said={one} />
            ))}
          </ul>
        </>
      )}
    </Shown>
  );
}

function Sentence({ said, script, canvas, phrase, desk, editable }: PanelProps & { readonly said: Unheard }) {
  const t = useWords(words);
  const f = useFormats();
  const hears = useMay("hear_calls");
  const [intent, setIntent] = useState<string | null>(null);
  const [playing, setPlaying] = useState(false);
  const adding = useAddExample(script, desk);
  const understood = useQuery({
    queryKey: ["script", script, "draft", "understood", phrase.id, said.text],
    queryFn: ({ signal }) =>
      ask(
        api.POST("/api/scripts/{name}/understood", {
          params: { path: { name: script } },
          body: { text: said.text, phrase: phrase.id },
          signal,
        }),
      ),
    staleTime: 30_000,
  }).data;
  const example = canvas.intents.find((one) => [...one.examples, ...one.added].includes(said.text.toLowerCase()));
  const known = example?.intent ?? understood?.example_of ?? "";
  const best = understood?.meanings[0];
  const answered = new Set(phrase.answers.map((one) => one.intent));
  const offered = canvas.intents.toSorted((a, b) => Number(answered.has(b.intent)) - Number(answered.has(a.intent)));
  const chosen = intent ?? best?.intent ?? null;
  const title = canvas.intents.find((one) => one.intent === known)?.title ?? known;
  return (
    <li className={classes.call}>
      <div className={classes.callHead}>
        {hears && (
          <ActionIcon
            variant="light"
            color="accent"
            radius="xl"
            aria-label={`${t.hear}: ${said.text}`}
            onClick={() => setPlaying(!playing)}
          >
            <IconPlayerPlayFilled size={13} />
          </ActionIcon>
        )}
        <q className={classes.quote}>{said.text}</q>
        {said.count > 1 && <small className={classes.muted}>{t.times(f.number(said.count))}</small>}
      </div>
      {best !== undefined && known === "" && (
        <small className={classes.muted}>{t.perhaps(best.title || best.intent, f.share(best.confidence))}</small>
      )}
      {known !== "" ? (
        <small className={classes.done}>
          <IconCheck size={14} aria-hidden /> {t.made}: «{title}»
        </small>
      ) : (
        editable && (
          <div className={classes.make}>
            <Select
              size="xs"
              searchable
              aria-label={t.meansOf(said.text)}
              placeholder={t.means}
              data={offered.map((one) => ({ value: one.intent, label: one.title || one.intent }))}
              value={chosen}
              onChange={setIntent}
            />
            <Button
              size="xs"
              variant="light"
              disabled={chosen === null}
              onClick={() => chosen !== null && void adding.add(chosen, said.text, false)}
            >
              {t.make}
            </Button>
          </div>
        )
      )}
      {chosen !== null && adding.notice(chosen, said.text)}
      {playing && <Player call={said.call} fromMs={said.atMs} />}
    </li>
  );
}
