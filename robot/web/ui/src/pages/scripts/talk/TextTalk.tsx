import { ActionIcon, Button, Group, TextInput } from "@mantine/core";
import { IconRefresh, IconSend } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef, useState } from "react";

import { api, ask, type Schemas } from "../../../shell/client";
import { useFormats, useWords } from "../../../shell/language";
import { Failure, Loading } from "../../../shell/states";
import type { Talk } from "../wire";
import { codes } from "../words";
import classes from "./Talk.module.css";
import type { TalkProps } from "./TalkPanel";
import { words } from "./words";

type Said = Schemas["SayIn"];

/** A talk by text: what is answered goes the way it would in a call, in milliseconds. */
export function TextTalk({ script, desk, version, campaign, walked }: TalkProps) {
  const t = useWords(words);
  const [talk, setTalk] = useState<Talk | null>(null);
  const [text, setText] = useState("");
  const heard = (next: Talk) => {
    setTalk(next);
    walked(next.path);
  };
  const begun = useMutation({
    mutationFn: async () => {
      await desk.flush();
      const body = { version: version === null ? "draft" : String(version.version), campaign, variables: {}, seed: 0 };
      return ask(api.POST("/api/scripts/{name}/talks", { params: { path: { name: script } }, body }));
    },
    onSuccess: heard,
  });
  const said = useMutation({
    mutationFn: (body: Said) =>
      ask(
        api.POST("/api/scripts/{name}/talks/{talk}/say", {
          params: { path: { name: script, talk: talk?.id ?? "" } },
          body,
        }),
      ),
    onSuccess: heard,
  });
  const begin = useEffectEvent(() => begun.mutate());
  useEffect(() => begin(), []);
  const say = (body: Said) => said.mutate(body);
  const over = talk !== null && talk.outcome !== "";
  const error = begun.error ?? said.error;
  return (
    <>
      {error !== null && <Failure error={error} again={() => begun.mutate()} />}
      {talk === null ? error === null && <Loading rows={3} /> : <Lines talk={talk} />}
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === "") return;
          say({ event: "text", text: text.trim() });
          setText("");
        }}
      >
        <div className={classes.answer}>
          <TextInput
            data-autofocus
            aria-label={t.answer}
            placeholder={t.answer}
            maxLength={1000}
            value={text}
            disabled={talk === null || over}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <ActionIcon
            type="submit"
            size="lg"
            variant="filled"
            color="accent"
            aria-label={t.send}
            disabled={over}
            loading={said.isPending}
          >
            <IconSend size={16} />
          </ActionIcon>
        </div>
        <Group gap={4}>
          {(["silence", "cut", "hang_up"] as const).map((event) => (
            <Button
              key={event}
              size="compact-xs"
              variant="default"
              disabled={talk === null || over}
              onClick={() => say({ event, text: "" })}
            >
              {event === "silence" ? t.silence : event === "cut" ? t.cut : t.hangUp}
            </Button>
          ))}
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconRefresh size={13} />}
            loading={begun.isPending}
            onClick={() => begun.mutate()}
          >
            {t.again}
          </Button>
        </Group>
      </form>
    </>
  );
}

function Lines({ talk }: { readonly talk: Talk }) {
  const t = useWords(words);
  const c = useWords(codes);
  const f = useFormats();
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [talk.lines.length]);
  const turns = [...talk.turns];
  return (
    <ol className={classes.lines} aria-live="polite">
      {talk.lines.map(({ who, text }, index) => {
        const at = who === "client" ? turns.findIndex((one) => one.text === text) : -1;
        const turn = at < 0 ? undefined : turns.splice(0, at + 1).at(-1);
        return (
          <li key={index} data-who={who}>
            <span className={classes.bubble}>{text}</span>
            {turn !== undefined && (
              <small>
                {turn.intent === "" ? t.unheard : t.taken(turn.title || turn.intent, f.share(turn.confidence))}
                {turn.matched !== "" && turn.matched !== text && <> · {t.by(turn.matched)}</>}
              </small>
            )}
          </li>
        );
      })}
      {talk.outcome !== "" && (
        <li className={classes.over} role="status">
          {t.ended(c.outcome[talk.outcome] ?? talk.outcome)}
        </li>
      )}
      <li ref={end} aria-hidden />
    </ol>
  );
}
