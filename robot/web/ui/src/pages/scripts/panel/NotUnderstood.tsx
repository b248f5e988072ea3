import { IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "../../../shell/client";
import { useFormats, useWords } from "../../../shell/language";
import { Empty, Shown } from "../../../shell/states";
import { useUnheard, type Unheard } from "./calls";
import { Hear } from "./Hear";
import { MeaningPicker } from "./MeaningPicker";
import type { PanelProps } from "./Panel";
import classes from "./Panel.module.css";
import { Player } from "./Player";
import { useAddExample } from "./useAddExample";
import { words } from "./words-calls";

/** What people said here that was not understood; each may become an example of what it means. */
export function NotUnderstood(props: PanelProps) {
  const t = useWords(words);
  const f = useFormats();
  const unheard = useUnheard(props.script, props.phrase.id, props.slice);
  return (
    <Shown
      query={unheard}
      empty={({ items }) => items.length === 0}
      whenEmpty={<Empty title={t.unheardNone} hint={t.unheardNoneHint} />}
    >
      {({ items, calls, more }) => (
        <>
          <p className={classes.muted}>
            {t.unheardHint} {more && t.unheardOf(f.number(calls))}
          </p>
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
  const chosen = intent ?? best?.intent ?? null;
  const title = canvas.intents.find((one) => one.intent === known)?.title ?? known;
  return (
    <li className={classes.call}>
      <div className={classes.callHead}>
        <Hear text={said.text} toggle={() => setPlaying(!playing)} />
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
          <MeaningPicker
            text={said.text}
            canvas={canvas}
            phrase={phrase}
            chosen={chosen}
            choose={setIntent}
            take={(meaning) => void adding.add(meaning, said.text, false)}
          />
        )
      )}
      {chosen !== null && adding.notice(chosen, said.text)}
      {playing && <Player call={said.call} fromMs={said.at_ms} />}
    </li>
  );
}
