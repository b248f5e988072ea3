import { Button, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { Link } from "react-router";

import { useWords } from "../../shell/language";
import { Actions } from "./Actions";
import { Clock } from "./Clock";
import classes from "./Live.module.css";
import type { LiveCall } from "./queries";
import { linesOf, type Said } from "./said";
import { words } from "./words";

interface TalkProps {
  readonly id: string;
  /** undefined: none is chosen, or it is over. */
  readonly call: LiveCall | undefined;
  readonly told: readonly Said[];
}

/** One talk as it is spoken, and what can be done in it. */
export function Talk({ id, call, told }: TalkProps) {
  const t = useWords(words);
  const lines = linesOf(call?.turns ?? [], told);
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" }); // in braces: newer browsers answer with a promise
  }, [lines.length]);
  if (id === "") {
    return (
      <section className={classes.talk} data-empty aria-label={t.talk}>
        <Text c="dimmed">{t.choose}</Text>
      </section>
    );
  }
  return (
    <section className={classes.talk} aria-label={t.talk}>
      <Button
        component={Link}
        to="/live"
        variant="subtle"
        color="gray"
        size="xs"
        hiddenFrom="sm"
        leftSection={<IconArrowLeft size={14} />}
      >
        {t.back}
      </Button>
      {call === undefined ? <Over id={id} /> : <Head call={call} />}
      <ol className={classes.lines} aria-live="polite">
        {lines.map((line, place) => (
          <li key={line.key} ref={place === lines.length - 1 ? end : null} data-by={line.by}>
            <small>{line.by === "robot" ? t.robot : t.client}</small>
            {line.text}
          </li>
        ))}
      </ol>
      {call !== undefined && lines.length === 0 && <Text c="dimmed">{t.silence}</Text>}
    </section>
  );
}

function Head({ call: live }: { readonly call: LiveCall }) {
  const t = useWords(words);
  const { call } = live;
  return (
    <header className={classes.head}>
      <div>
        <Title order={2}>{call.company || call.name || t.noName}</Title>
        <div className={classes.sub}>
          {[call.name, call.phone, call.campaign_title].filter((part) => part !== "").join(" · ")}
        </div>
      </div>
      <Clock since={call.answered_at} />
      {call.answered_at !== null && <Actions live={live} />}
    </header>
  );
}

function Over({ id }: { readonly id: string }) {
  const t = useWords(words);
  return (
    <header className={classes.head}>
      <Title order={2}>{t.over}</Title>
      <Button component={Link} to={`/calls/${id}`} size="xs" variant="default">
        {t.openCall}
      </Button>
    </header>
  );
}
