import { ActionIcon, Tooltip } from "@mantine/core";
import { IconBookmark, IconBookmarkFilled } from "@tabler/icons-react";
import { useEffect, useMemo, useRef } from "react";

import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { useTitles, type Titles } from "../../shell/titles";
import classes from "./Calls.module.css";
import { lineAt, linesOf, noteOf, type Line } from "./lines";
import type { Player } from "./player";
import { useExample, type Whole } from "./queries";
import { words } from "./words";

const NOTABLE_GAP_MS = 700;

/** What was said, following the sound; a click on a line plays from there. */
export function Transcript({ whole, player }: { readonly whole: Whole; readonly player: Player | null }) {
  const t = useWords(words);
  const { script } = whole.call;
  const titles = useTitles([script]);
  const lines = useMemo(() => linesOf(whole.turns), [whole.turns]);
  const begun = player !== null && (player.playing || player.ms > 0);
  const now = begun ? lineAt(lines, player.ms) : null;
  const list = useRef<HTMLOListElement>(null);
  const playing = player?.playing === true;
  useEffect(() => {
    if (!playing || now === null) return;
    const line = list.current?.querySelector(`[data-line="${now.key}"]`);
    // At once: a smooth scroll to the line before would go on, and take a line away that was in view when it began.
    line?.scrollIntoView({ block: "nearest" });
  }, [now, playing]);
  const lost = whole.call.lost;
  const lostLine = lost === null ? undefined : lines.findLast((line) => line.by === "robot" && line.from <= lost.at_ms);
  return (
    <Card title={t.talk} flush>
      <ol ref={list} className={classes.talk}>
        {lines.map((line) => (
          <Spoken
            key={line.key}
            call={whole.call.id}
            script={script}
            titles={titles}
            line={line}
            now={line === now}
            lost={line === lostLine}
            play={player === null ? undefined : (ms) => player.sound.playFrom(ms)}
          />
        ))}
      </ol>
    </Card>
  );
}

interface NamedLine {
  readonly script: string;
  readonly titles: Titles;
  readonly line: Line;
}

interface SpokenProps extends NamedLine {
  readonly call: string;
  readonly now: boolean;
  readonly lost: boolean;
  readonly play: ((ms: number) => void) | undefined;
}

function Spoken({ call, script, titles, line, now, lost, play }: SpokenProps) {
  const t = useWords(words);
  const f = useFormats();
  const { turn, by, from } = line;
  const at = f.clock(from / 1000);
  const text = by === "robot" ? turn.said : turn.heard || t.silence;
  const note = noteOf(line);
  return (
    <li
      className={classes.line}
      data-line={line.key}
      data-by={by}
      data-now={now || undefined}
      aria-current={now || undefined}
    >
      {play === undefined ? (
        <span className={classes.at}>{at}</span>
      ) : (
        <button type="button" className={classes.at} aria-label={t.playFrom(at)} onClick={() => play(from)}>
          {at}
        </button>
      )}
      <div className={classes.words} onClick={() => play?.(from)}>
        <span className={classes.by}>{by === "robot" ? t.robot : t.client}</span>
        <p>{text}</p>
        <Details script={script} titles={titles} line={line} />
        {lost && <small className={classes.lost}>{t.lostHere}</small>}
        {note !== null && !(lost && note.startsWith("hung_up")) && (
          <small className={classes.note}>{t.notes[note]}</small>
        )}
      </div>
      {by === "client" && turn.heard !== "" && turn.phrase !== "" && <Example call={call} line={line} />}
    </li>
  );
}

function Details({ script, titles, line }: NamedLine) {
  const t = useWords(words);
  const f = useFormats();
  const { turn, by } = line;
  const told: string[] = [];
  if (by === "robot") {
    if (turn.gap_ms !== null && turn.gap_ms >= NOTABLE_GAP_MS) told.push(t.gap(f.number(turn.gap_ms / 1000, 1)));
    if (turn.role === "withdrawn") told.push(t.tookBack);
    else if (turn.interrupted) told.push(t.spokenOver);
    if (turn.said_heard !== "" && turn.said_heard !== turn.said) told.push(t.heardOf(turn.said_heard));
  } else if (turn.second !== null && turn.second.disagrees !== "") {
    told.push(t.again(turn.second.text || t.silence));
    if (turn.second.disagrees === "meaning") told.push(t.otherMeaning);
  }
  const intent = by === "client" && turn.intent !== "" ? turn.intent : null;
  const phrase = by === "robot" && turn.phrase !== "" ? turn.phrase : null;
  if (told.length === 0 && intent === null && phrase === null) return null;
  return (
    <small className={classes.details}>
      {phrase !== null && <code>{titles.phrase(script, phrase)}</code>}
      {intent !== null && (
        <Tooltip label={t.sure(f.share(turn.confidence ?? 0))} disabled={turn.confidence === null}>
          <code tabIndex={0}>{titles.intent(script, intent)}</code>
        </Tooltip>
      )}
      {told.join("; ")}
    </small>
  );
}

function Example({ call, line }: { readonly call: string; readonly line: Line }) {
  const t = useWords(words);
  const may = useMay("correct_calls");
  const example = useExample(call);
  const { number, example: is } = line.turn;
  if (!may) return null;
  const label = is ? t.isExample : t.makeExample;
  return (
    <Tooltip label={example.error?.message ?? label} opened={example.error !== null ? true : undefined}>
      <ActionIcon
        aria-label={label}
        aria-pressed={is}
        loading={example.isPending}
        onClick={() => example.mutate({ turn: number, wanted: !is })}
      >
        {is ? <IconBookmarkFilled size={16} /> : <IconBookmark size={16} />}
      </ActionIcon>
    </Tooltip>
  );
}
