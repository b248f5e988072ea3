import { Button } from "@mantine/core";
import { IconMicrophone, IconMicrophoneOff } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";

import { faultOf, headers } from "../../../shell/client";
import { useWords } from "../../../shell/language";
import type { Phrase } from "../wire";
import classes from "./Panel.module.css";
import { recordingName } from "./texts";
import { words } from "./words";

interface RecordingProps {
  readonly script: string;
  readonly phrase: Phrase;
  /** The variant's name. */
  readonly named: string;
  readonly visit: number;
  /** The file that is played instead of the voice; "" none. */
  readonly audio: string;
  readonly disabled: boolean;
  readonly record: (file: string) => void;
}

/** A studio recording of a text: brought, replaced, taken away. Listening to the phrase plays it. */
export function Recording({ script, phrase, named, visit, audio, disabled, record }: RecordingProps) {
  const t = useWords(words);
  const input = useRef<HTMLInputElement>(null);
  const bringing = useMutation({
    mutationFn: async (file: File) => {
      const name = recordingName(phrase.id, named, visit, file.name, new Date());
      await upload(script, name, file);
      return name;
    },
    onSuccess: record,
    meta: { told: true },
  });
  return (
    <>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        disabled={disabled}
        loading={bringing.isPending}
        leftSection={<IconMicrophone size={14} />}
        onClick={() => input.current?.click()}
      >
        {audio === "" ? t.bringRecording : t.replaceRecording}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".wav,.flac,.ogg"
        hidden
        aria-label={t.bringRecording}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file !== undefined) bringing.mutate(file);
        }}
      />
      {audio !== "" && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconMicrophoneOff size={14} />}
          onClick={() => record("")}
        >
          {t.removeRecording}
        </Button>
      )}
      {bringing.error !== null && (
        <small className={classes.problem} role="alert">
          {bringing.error.message}
        </small>
      )}
    </>
  );
}

async function upload(script: string, name: string, file: File): Promise<void> {
  const address = `/api/scripts/${encodeURIComponent(script)}/recordings/${encodeURIComponent(name)}`;
  const response = await fetch(address, { method: "PUT", headers: headers(), body: file });
  if (!response.ok) throw faultOf(response.status, (await response.json()) as unknown);
}
