import { Alert, Button } from "@mantine/core";
import { IconMicrophone, IconPhoneOff } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

import { useFormats, useWords } from "../../../shell/language";
import { codes } from "../words";
import { call, type Line, type Told, type Turn } from "./line";
import classes from "./Talk.module.css";
import type { TalkProps } from "./TalkPanel";
import { words } from "./words";

type State = "idle" | "coming" | "talking";

/** A talk by the browser's microphone, with the session that real calls have. */
export function VoiceTalk({ script, desk, version, campaign, canvas, walked }: TalkProps) {
  const t = useWords(words);
  const c = useWords(codes);
  const f = useFormats();
  const [state, setState] = useState<State>("idle");
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [progress, setProgress] = useState("");
  const [problem, setProblem] = useState("");
  const [outcome, setOutcome] = useState("");
  const line = useRef<Line>(null);
  useEffect(() => () => line.current?.hangUp(), []);
  useEffect(() => walked(turns.map((one) => one.phrase)), [turns, walked]);
  const told = (message: Told) => {
    switch (message.type) {
      case "rendering":
        setProgress(t.rendering(f.number(message.done), f.number(message.total)));
        return;
      case "begun":
        setState("talking");
        return;
      case "turn":
        setTurns((before) => [...before.filter((one) => one.number !== message.number), message]);
        return;
      case "ended":
        setOutcome(message.outcome);
        setState("idle");
        return;
      case "refused":
        setProblem(message.message);
        setState("idle");
        return;
      case "lost":
        setProblem(t.lost);
        setState("idle");
    }
  };
  const begin = async () => {
    setState("coming");
    setTurns([]);
    setProblem("");
    setOutcome("");
    setProgress(t.coming);
    try {
      await desk.flush();
      line.current = await call(
        script,
        { version: version === null ? "draft" : String(version.version), campaign },
        told,
      );
    } catch {
      setProblem(t.noMicrophone);
      setState("idle");
    }
  };
  const titleOf = (intent: string) => canvas.intents.find((one) => one.intent === intent)?.title ?? intent;
  return (
    <>
      {problem !== "" && (
        <Alert color="yellow" variant="light" role="alert" mx={20}>
          {problem}
        </Alert>
      )}
      <ol className={classes.lines} aria-live="polite">
        {turns.map((turn) => (
          <Exchange
            key={turn.number}
            turn={turn}
            understood={turn.intent === "" ? t.unheard : `«${titleOf(turn.intent)}»`}
          />
        ))}
        {outcome !== "" && (
          <li className={classes.over} role="status">
            {t.ended(c.outcome[outcome] ?? outcome)}
          </li>
        )}
      </ol>
      <div className={classes.form}>
        {state === "idle" ? (
          <Button leftSection={<IconMicrophone size={16} />} onClick={() => void begin()}>
            {t.begin}
          </Button>
        ) : (
          <>
            <span className={classes.level} role="status">
              <IconMicrophone size={16} aria-hidden />
              {state === "coming" ? progress : t.listening}
            </span>
            <Button variant="default" leftSection={<IconPhoneOff size={16} />} onClick={() => line.current?.hangUp()}>
              {t.hangUp}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

function Exchange({ turn, understood }: { readonly turn: Turn; readonly understood: string }) {
  return (
    <>
      {turn.said !== "" && (
        <li data-who="robot">
          <span className={classes.bubble}>{turn.said}</span>
        </li>
      )}
      {turn.heard !== "" && (
        <li data-who="client">
          <span className={classes.bubble}>{turn.heard}</span>
          <small>{understood}</small>
        </li>
      )}
    </>
  );
}
