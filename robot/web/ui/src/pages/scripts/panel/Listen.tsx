import { Button } from "@mantine/core";
import { IconPlayerPlayFilled, IconPlayerStopFilled } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

import { api, faultOf } from "../../../shell/client";
import { useWords } from "../../../shell/language";
import type { PanelProps } from "./Panel";
import classes from "./Panel.module.css";
import { words } from "./words";

interface ListenProps extends Pick<PanelProps, "script" | "phrase" | "desk" | "version" | "slice"> {
  readonly variant: number;
  readonly visit: number;
  readonly disabled: boolean;
}

type Playing = "no" | "coming" | "sounds";

/** The phrase as calls would speak it. What was typed is saved first, so that it is what is heard. */
export function Listen({ script, phrase, desk, version, slice, variant, visit, disabled }: ListenProps) {
  const t = useWords(words);
  const [playing, setPlaying] = useState<Playing>("no");
  const [problem, setProblem] = useState("");
  const sound = useRef<HTMLAudioElement>(null);
  const stop = () => {
    sound.current?.pause();
    sound.current = null;
    setPlaying("no");
  };
  useEffect(() => () => sound.current?.pause(), []);
  const play = async () => {
    setPlaying("coming");
    setProblem("");
    try {
      await desk.flush();
      const { data, error, response } = await api.GET("/api/scripts/{name}/audio", {
        params: {
          path: { name: script },
          query: {
            phrase: phrase.id, variant, visit, campaign: slice.campaign,
            version: version === null ? "draft" : String(version.version),
          },
        },
        parseAs: "blob",
      }); // prettier-ignore
      if (!response.ok || !(data instanceof Blob)) throw faultOf(response.status, await told(error));
      const address = URL.createObjectURL(data);
      const made = new Audio(address);
      made.onended = stop;
      sound.current = made;
      await made.play();
      setPlaying("sounds");
      made.addEventListener("pause", () => URL.revokeObjectURL(address), { once: true });
    } catch (error) {
      stop();
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const sounds = playing === "sounds";
  return (
    <>
      <Button
        size="compact-xs"
        variant="subtle"
        loading={playing === "coming"}
        disabled={disabled}
        leftSection={sounds ? <IconPlayerStopFilled size={13} /> : <IconPlayerPlayFilled size={13} />}
        onClick={sounds ? stop : () => void play()}
      >
        {sounds ? t.stop : t.listen}
      </Button>
      {problem !== "" && (
        <small className={classes.problem} role="alert">
          {t.noSound}: {problem}
        </small>
      )}
    </>
  );
}

/** A refusal comes as JSON although sound was asked for. */
async function told(error: unknown): Promise<unknown> {
  return error instanceof Blob ? (JSON.parse(await error.text()) as unknown) : error;
}
