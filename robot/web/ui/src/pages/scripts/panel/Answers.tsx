import { ActionIcon, Select, UnstyledButton } from "@mantine/core";
import { IconArrowRight, IconChevronDown, IconTrash } from "@tabler/icons-react";
import { useMemo, useState } from "react";

import { useWords } from "../../../shell/language";
import { nameOf, type Canvas } from "../wire";
import { Examples } from "./Examples";
import type { PanelProps } from "./Panel";
import classes from "./Panel.module.css";
import { words } from "./words";

/** Where each answer leads, and where the talk goes on without one. */
export function Answers(props: PanelProps) {
  const t = useWords(words);
  const { phrase, desk, editable } = props;
  const ways = phrase.ways.filter((one) => !one.quiet);
  return (
    <>
      {(phrase.answers.length > 0 || editable) && phrase.kind !== "branch" && phrase.kind !== "goto" && (
        <section>
          <h3>{t.answers}</h3>
          <ul className={classes.answers}>
            {phrase.answers.map(({ intent, title, target }) => (
              <Answer
                key={intent}
                {...props}
                label={title || intent}
                intent={intent}
                target={target}
                lead={(to) => desk.edit([{ op: "set_answer", phrase: phrase.id, intent, target: to }])}
              />
            ))}
          </ul>
          {editable && <AddAnswer {...props} />}
        </section>
      )}
      {ways.length > 0 && (
        <section>
          <h3>{t.ways}</h3>
          <ul className={classes.answers}>
            {ways.map(({ way, label, target }) => (
              <Answer
                key={way}
                {...props}
                label={label}
                intent=""
                target={target}
                lead={(to) => desk.edit([{ op: "set_way", phrase: phrase.id, way, target: to }])}
              />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

interface AnswerProps extends PanelProps {
  readonly label: string;
  /** "" for a way without words. */
  readonly intent: string;
  readonly target: string;
  readonly lead: (target: string | null) => void;
}

function Answer({ label, intent, target, lead, ...props }: AnswerProps) {
  const t = useWords(words);
  const [open, setOpen] = useState(false);
  const { canvas, editable, go } = props;
  const known = canvas.intents.find((one) => one.intent === intent);
  return (
    <li className={classes.answer}>
      {known === undefined ? (
        <span className={classes.answerName}>{label}</span>
      ) : (
        <UnstyledButton className={classes.answerName} aria-expanded={open} onClick={() => setOpen(!open)}>
          {label}
          <IconChevronDown size={14} className={classes.chevron} aria-hidden />
        </UnstyledButton>
      )}
      <TargetPicker canvas={canvas} label={t.leadsTo(label)} value={target} choose={lead} editable={editable} />
      <ActionIcon aria-label={`${t.goThere}: ${target}`} onClick={() => go(target)}>
        <IconArrowRight size={16} />
      </ActionIcon>
      {editable && intent !== "" && (
        <ActionIcon aria-label={t.removeAnswer(label)} onClick={() => lead(null)}>
          <IconTrash size={15} />
        </ActionIcon>
      )}
      {open && known !== undefined && <Examples {...props} intent={known} />}
    </li>
  );
}

interface TargetPickerProps {
  readonly canvas: Canvas;
  readonly label: string;
  readonly value: string;
  readonly choose: (target: string) => void;
  readonly editable: boolean;
  /** The label stands above the field, not only for screen readers. */
  readonly shown?: boolean;
}

export function TargetPicker({ canvas, label, value, choose, editable, shown = false }: TargetPickerProps) {
  const t = useWords(words);
  const data = useMemo(() => {
    const offered = canvas.nodes.map((one) => ({ value: one.id, label: nameOf(one) }));
    return offered.some((one) => one.value === value)
      ? offered
      : [{ value, label: `${value} — ${t.nowhere}` }, ...offered];
  }, [canvas.nodes, value, t.nowhere]);
  return (
    <Select
      aria-label={label}
      label={shown ? label : undefined}
      size={shown ? "sm" : "xs"}
      searchable
      allowDeselect={false}
      data={data}
      value={value}
      readOnly={!editable}
      error={!canvas.nodes.some((one) => one.id === value)}
      onChange={(to) => to !== null && choose(to)}
      comboboxProps={{ width: 280, position: "bottom-end" }}
    />
  );
}

/** An answer of the script or of all scripts that the phrase has none to yet; it leads on to be chosen after. */
function AddAnswer({ canvas, phrase, desk }: PanelProps) {
  const t = useWords(words);
  const taken = new Set(phrase.answers.map((one) => one.intent));
  const offered = canvas.intents.filter((one) => !taken.has(one.intent));
  const first = phrase.answers[0]?.target ?? canvas.nodes.find((one) => one.kind === "end")?.id ?? canvas.start;
  return (
    <Select
      aria-label={t.addAnswer}
      placeholder={t.addAnswer}
      size="xs"
      searchable
      data={offered.map((one) => ({ value: one.intent, label: one.title || one.intent }))}
      value={null}
      onChange={(intent) =>
        intent !== null && desk.edit([{ op: "set_answer", phrase: phrase.id, intent, target: first }])
      }
    />
  );
}
