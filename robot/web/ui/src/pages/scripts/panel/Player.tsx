import { ActionIcon, Anchor, Slider } from "@mantine/core";
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";

import { useFormats, useWords } from "../../../shell/language";
import { Failure, Loading } from "../../../shell/states";
import type { WholeCall } from "../wire";
import { useCall } from "./calls";
import classes from "./Panel.module.css";
import { words } from "./words-calls";

const BEFORE_MS = 1500;
const TURNS = 3;

/** A call from the moment that matters, with the words around it. It begins to play by itself. */
export function Player({ call, fromMs }: { readonly call: string; readonly fromMs: number }) {
  const t = useWords(words);
  const asked = useCall(call);
  if (asked.data === undefined) {
    return asked.error === null ? <Loading rows={2} /> : <Failure error={asked.error} again={() => asked.refetch()} />;
  }
  const { recording } = asked.data;
  return (
    <div className={classes.player}>
      {recording === null ? (
        <small className={classes.muted}>{t.noRecording}</small>
      ) : (
        <Sound address={recording.sound} fromMs={Math.max(0, fromMs - BEFORE_MS)} />
      )}
      <Words call={asked.data} aroundMs={fromMs} />
      <Anchor component={Link} to={`/calls/${call}?at=${String(Math.round(fromMs / 1000))}`} size="sm">
        {t.whole}
      </Anchor>
    </div>
  );
}

function Sound({ address, fromMs }: { readonly address: string; readonly fromMs: number }) {
  const t = useWords(words);
  const f = useFormats();
  const audio = useRef<HTMLAudioElement>(null);
  const [at, setAt] = useState(fromMs / 1000);
  const [length, setLength] = useState(0);
  const [sounds, setSounds] = useState(false);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    const element = audio.current;
    return () => element?.pause();
  }, []);
  const begin = (element: HTMLAudioElement) => {
    setLength(element.duration);
    element.currentTime = fromMs / 1000;
    element.play().catch(() => undefined); // a browser that wants a click first: the button is there
  };
  const toggle = () => {
    const element = audio.current;
    if (element === null) return;
    if (element.paused) element.play().catch(() => setBroken(true));
    else element.pause();
  };
  return (
    <div className={classes.sound}>
      <audio
        ref={audio}
        src={address}
        preload="auto"
        onLoadedMetadata={(event) => begin(event.currentTarget)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onPlay={() => setSounds(true)}
        onPause={() => setSounds(false)}
        onError={() => setBroken(true)}
      />
      <ActionIcon
        variant="filled"
        color="accent"
        radius="xl"
        aria-label={sounds ? t.pause : t.resume}
        onClick={toggle}
        disabled={broken}
      >
        {sounds ? <IconPlayerPauseFilled size={14} /> : <IconPlayerPlayFilled size={14} />}
      </ActionIcon>
      <Slider
        className={classes.slider ?? ""}
        size="sm"
        thumbLabel={t.position}
        label={(value) => f.clock(value)}
        max={Math.max(length, 1)}
        step={0.1}
        value={at}
        disabled={broken || length === 0}
        onChange={(value) => {
          if (audio.current !== null) audio.current.currentTime = value;
          setAt(value);
        }}
      />
      <small className={classes.muted}>{broken ? t.noRecording : `${f.clock(at)} / ${f.clock(length)}`}</small>
    </div>
  );
}

/** The turn at that moment, and those next to it. */
function Words({ call, aroundMs }: { readonly call: WholeCall; readonly aroundMs: number }) {
  const t = useWords(words);
  const place = Math.max(
    0,
    call.turns.findLastIndex((turn) => turn.said_from_ms <= aroundMs),
  );
  const shown = call.turns.slice(Math.max(0, place - TURNS + 2), place + 2);
  return (
    <dl className={classes.words}>
      {shown.map((turn) => (
        <div key={turn.number} data-here={turn.number === call.turns[place]?.number || undefined}>
          {turn.said_heard !== "" && (
            <>
              <dt>{t.robot}</dt>
              <dd>{turn.said_heard}</dd>
            </>
          )}
          <dt>{t.client}</dt>
          <dd>{turn.heard === "" ? <i>{t.silence}</i> : turn.heard}</dd>
        </div>
      ))}
    </dl>
  );
}
