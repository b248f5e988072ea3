import { ActionIcon, SegmentedControl, Text } from "@mantine/core";
import { IconChevronLeft, IconListSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";

import { useFormats, useWords } from "../../../shell/language";
import { worstFirst } from "../graph/flow";
import type { Desk } from "../draft/useDraft";
import { useSuggestions } from "../queries";
import { byId, nameOf, type Canvas, type Dropoff, type Finding } from "../wire";
import classes from "./Desk.module.css";
import { Suggested } from "./Suggested";
import { words } from "./words";

const SHOWN = 12;

interface AsideProps {
  readonly script: string;
  readonly desk: Desk;
  readonly canvas: Canvas;
  readonly dropoff: Dropoff | undefined;
  readonly findings: readonly Finding[];
  readonly chosen: string;
  readonly go: (phrase: string) => void;
}

/** Over the canvas: the phrases that lose most, and what the check remarked. A click leads there. */
export function Aside(props: AsideProps) {
  const t = useWords(words);
  const [open, setOpen] = useState(() => window.matchMedia("(min-width: 62em)").matches);
  const [tab, setTab] = useState("losing");
  const label = props.findings.length === 0 ? t.remarks : `${t.remarks} ${String(props.findings.length)}`;
  const suggestions = useSuggestions(props.script);
  const phrases = useMemo(() => byId(props.canvas), [props.canvas]);
  const offered = tab === "suggested" && suggestions.length === 0 ? "losing" : tab;
  const shown = props.dropoff === undefined && offered === "losing" ? "remarks" : offered;
  const titles: Readonly<Record<string, string>> = { losing: t.losing, remarks: t.remarks, suggested: t.suggested };
  if (!open) {
    return (
      <ActionIcon
        className={classes.asideShut}
        variant="default"
        size="lg"
        aria-label={t.losing}
        onClick={() => setOpen(true)}
      >
        <IconListSearch size={18} />
      </ActionIcon>
    );
  }
  return (
    <section className={classes.aside} aria-label={titles[shown]}>
      <header className={classes.asideHead}>
        <SegmentedControl
          size="xs"
          fullWidth
          value={shown}
          onChange={setTab}
          data={[
            { value: "losing", label: t.losing, disabled: props.dropoff === undefined },
            { value: "remarks", label },
            ...(suggestions.length > 0
              ? [{ value: "suggested", label: `${t.examples} ${String(suggestions.length)}` }]
              : []),
          ]}
        />
        <ActionIcon aria-label={t.hide} onClick={() => setOpen(false)}>
          <IconChevronLeft size={16} />
        </ActionIcon>
      </header>
      {shown === "losing" && <Worst {...props} />}
      {shown === "remarks" && <Remarks {...props} />}
      {shown === "suggested" && <Suggested {...props} phrases={phrases} suggestions={suggestions} />}
    </section>
  );
}

function Worst({ canvas, dropoff, chosen, go }: AsideProps) {
  const t = useWords(words);
  const f = useFormats();
  const phrases = useMemo(() => byId(canvas), [canvas]);
  const worst = useMemo(() => {
    const found = dropoff === undefined ? [] : worstFirst(canvas, dropoff);
    return found.filter((one) => phrases.get(one.phrase)?.kind !== "end").slice(0, SHOWN);
  }, [canvas, dropoff, phrases]);
  if (worst.length === 0) return <Text className={classes.asideNone}>{t.noLosses}</Text>;
  return (
    <ol className={classes.worst}>
      {worst.map((one) => {
        const phrase = phrases.get(one.phrase);
        return (
          <li key={one.phrase}>
            <button
              type="button"
              className={classes.worstOne}
              aria-current={chosen === one.phrase || undefined}
              disabled={phrase === undefined}
              onClick={() => go(one.phrase)}
            >
              <span className={classes.worstName}>{phrase === undefined ? one.phrase : nameOf(phrase)}</span>
              <span className={classes.worstShare}>{one.small ? t.few : f.share(one.left_share)}</span>
              <small>
                {f.number(one.left)} {t.of} {f.number(one.reached)}
              </small>
              <span className={classes.worstBar} data-small={one.small || undefined} aria-hidden>
                <i style={{ inlineSize: `${String(100 * one.left_share)}%` }} />
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function Remarks({ canvas, findings, go }: AsideProps) {
  const t = useWords(words);
  const phrases = useMemo(() => byId(canvas), [canvas]);
  if (findings.length === 0) return <Text className={classes.asideNone}>{t.noRemarks}</Text>;
  const order = findings.toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
  return (
    <ul className={classes.remarks}>
      {order.map((one, index) => {
        const phrase = phrases.get(one.phrase);
        return (
          <li key={index} data-error={one.severity === "error" || undefined}>
            <button type="button" disabled={phrase === undefined} onClick={() => go(one.phrase)}>
              <strong>{phrase === undefined ? one.phrase || t.whole : nameOf(phrase)}</strong>
              {one.message}
              <small>{one.remedy}</small>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
