import { ActionIcon, Alert, Button, Tabs, Text } from "@mantine/core";
import { IconAlertTriangle, IconX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";

import { useFormats, useWords } from "../../../shell/language";
import { useParam } from "../../../shell/pickers";
import { useMay } from "../../../shell/session";
import type { Desk } from "../draft/useDraft";
import type { Slice } from "../queries";
import { nameOf, type Canvas, type Finding, type Loss, type Phrase, type Version } from "../wire";
import { codes } from "../words";
import { EndedHere } from "./EndedHere";
import { Losses } from "./Losses";
import { NotUnderstood } from "./NotUnderstood";
import classes from "./Panel.module.css";
import { PhraseTab } from "./PhraseTab";
import { words } from "./words";

export interface PanelProps {
  readonly script: string;
  readonly desk: Desk;
  readonly canvas: Canvas;
  readonly phrase: Phrase;
  readonly loss: Loss | null;
  readonly findings: readonly Finding[];
  readonly slice: Slice;
  /** An old version that is looked at; null for the draft. */
  readonly version: Version | null;
  readonly editable: boolean;
  readonly go: (phrase: string) => void;
  readonly close: () => void;
}

const TABS = ["phrase", "calls", "unheard"] as const;

/** One phrase: what it says and where it leads, the calls that ended there, what was not understood. */
export function Panel(props: PanelProps) {
  const t = useWords(words);
  const c = useWords(codes);
  const f = useFormats();
  const { phrase, loss, findings, editable, close } = props;
  const [tab, setTab] = useParam("tab", "phrase");
  const hears = useMay("see_calls");
  const shown = hears && TABS.some((one) => one === tab) ? tab : "phrase";
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  const about = findings.filter((one) => one.phrase === phrase.id);
  return (
    <aside
      className={classes.panel}
      aria-label={nameOf(phrase)}
      onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && close()}
    >
      <header className={classes.head}>
        <div>
          <small>{c.kind[phrase.kind] ?? phrase.kind}</small>
          <h2 ref={heading} tabIndex={-1}>
            {nameOf(phrase)}
          </h2>
        </div>
        <ActionIcon aria-label={t.close} onClick={close}>
          <IconX size={18} />
        </ActionIcon>
      </header>
      {loss !== null && <Losses loss={loss} ends={phrase.kind === "end"} />}
      <Origin {...props} />
      {!phrase.reachable && <Text className={classes.note}>{t.unreachable}</Text>}
      {about.map((one, index) => (
        <Alert
          key={index}
          className={classes.finding ?? ""}
          variant="light"
          color={one.severity === "error" ? "red" : "yellow"}
          icon={<IconAlertTriangle size={16} />}
          title={one.message}
        >
          {one.remedy}
        </Alert>
      ))}
      <Tabs
        value={shown}
        onChange={(value) => setTab(value ?? "phrase")}
        keepMounted={false}
        className={classes.tabs ?? ""}
      >
        <Tabs.List>
          <Tabs.Tab value="phrase">{t.phrase}</Tabs.Tab>
          {hears && (
            <Tabs.Tab value="calls" rightSection={loss !== null && loss.left > 0 ? f.number(loss.left) : null}>
              {t.calls}
            </Tabs.Tab>
          )}
          {hears && (
            <Tabs.Tab
              value="unheard"
              rightSection={loss !== null && loss.not_understood > 0 ? f.number(loss.not_understood) : null}
            >
              {t.unheard}
            </Tabs.Tab>
          )}
        </Tabs.List>
        <Tabs.Panel value="phrase" className={classes.tab ?? ""}>
          <PhraseTab {...props} editable={editable} />
        </Tabs.Panel>
        <Tabs.Panel value="calls" className={classes.tab ?? ""}>
          <EndedHere {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="unheard" className={classes.tab ?? ""}>
          <NotUnderstood {...props} />
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}

/** Where the phrase comes from, when not from the script itself. */
function Origin({ phrase, desk, editable }: PanelProps) {
  const t = useWords(words);
  if (phrase.replaces) {
    return (
      <Text className={classes.note}>
        {t.ownCopy}{" "}
        {editable && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => desk.edit([{ op: "remove_phrase", phrase: phrase.id }])}
          >
            {t.giveBack}
          </Button>
        )}
      </Text>
    );
  }
  if (phrase.part === "" || !editable) return null;
  return <Text className={classes.note}>{phrase.part === "common" ? t.fromCommon : t.fromPart(phrase.part)}</Text>;
}
