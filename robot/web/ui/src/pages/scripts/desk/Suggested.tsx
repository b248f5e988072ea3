import { ActionIcon, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "../../../shell/client";
import { useWords } from "../../../shell/language";
import { queries } from "../../../shell/queries";
import type { Desk } from "../draft/useDraft";
import { Hear } from "../panel/Hear";
import { MeaningPicker } from "../panel/MeaningPicker";
import classes from "../panel/Panel.module.css";
import { Player } from "../panel/Player";
import { useAddExample } from "../panel/useAddExample";
import { words } from "../panel/words-calls";
import { suggestionsKey, type Suggestion } from "../queries";
import { nameOf, type Canvas, type Phrase } from "../wire";
import own from "./Desk.module.css";

interface SuggestedProps {
  readonly script: string;
  readonly canvas: Canvas;
  readonly desk: Desk;
  readonly phrases: ReadonlyMap<string, Phrase>;
  readonly suggestions: readonly Suggestion[];
}

/** Words that colleagues marked in calls, for whoever edits the script to decide. */
export function Suggested(props: SuggestedProps) {
  const t = useWords(words);
  return (
    <div className={own.suggested}>
      <p className={classes.muted}>{t.suggestedHint}</p>
      <ul className={classes.calls}>
        {props.suggestions.map((one) => (
          <One key={one.id} {...props} said={one} />
        ))}
      </ul>
    </div>
  );
}

function One({ script, canvas, desk, phrases, said }: SuggestedProps & { readonly said: Suggestion }) {
  const t = useWords(words);
  const [intent, setIntent] = useState<string | null>(said.intent === "" ? null : said.intent);
  const [playing, setPlaying] = useState(false);
  const adding = useAddExample(script, desk, said.id);
  const rejecting = useMutation({
    mutationFn: () =>
      ask(
        api.DELETE("/api/scripts/{name}/suggestions/{id}", { params: { path: { name: script, id: String(said.id) } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: suggestionsKey(script) }),
  });
  const phrase = phrases.get(said.phrase);
  return (
    <li className={classes.call}>
      <div className={classes.callHead}>
        <Hear text={said.text} toggle={() => setPlaying(!playing)} />
        <q className={classes.quote}>{said.text}</q>
        <Tooltip label={t.turnDown}>
          <ActionIcon
            aria-label={`${t.turnDown}: ${said.text}`}
            loading={rejecting.isPending}
            onClick={() => rejecting.mutate()}
          >
            <IconX size={15} />
          </ActionIcon>
        </Tooltip>
      </div>
      <small className={classes.muted}>
        {t.suggestedBy(said.by, phrase === undefined ? said.phrase : nameOf(phrase))}
      </small>
      <MeaningPicker
        text={said.text}
        canvas={canvas}
        phrase={phrase}
        chosen={intent}
        choose={setIntent}
        take={(meaning) => void adding.add(meaning, said.text, false)}
      />
      {intent !== null && adding.notice(intent, said.text)}
      {playing && <Player call={said.call} fromMs={said.at_ms} />}
    </li>
  );
}
