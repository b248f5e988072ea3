import { ActionIcon, SegmentedControl } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";

import { useWords } from "../../../shell/language";
import type { Desk } from "../draft/useDraft";
import panel from "../panel/Panel.module.css";
import type { Canvas, Version } from "../wire";
import classes from "./Talk.module.css";
import { TextTalk } from "./TextTalk";
import { VoiceTalk } from "./VoiceTalk";
import { words } from "./words";

export interface TalkProps {
  readonly script: string;
  readonly desk: Desk;
  /** An old version that is looked at; null for the draft. */
  readonly version: Version | null;
  readonly campaign: string;
  readonly canvas: Canvas;
  /** Told the phrases that the talk has passed, for the canvas to show. */
  readonly walked: (path: readonly string[]) => void;
  readonly close: () => void;
}

/** Talk to what is on the canvas, by text or by voice. */
export function TalkPanel(props: TalkProps) {
  const t = useWords(words);
  const [by, setBy] = useState("text");
  return (
    <aside className={`${panel.panel ?? ""} ${classes.talk ?? ""}`} aria-label={t.title}>
      <header className={panel.head}>
        <h2>{t.title}</h2>
        <ActionIcon aria-label={t.close} onClick={props.close}>
          <IconX size={18} />
        </ActionIcon>
      </header>
      <div className={classes.about}>
        <SegmentedControl
          aria-label={t.how}
          size="xs"
          value={by}
          onChange={setBy}
          data={[
            { value: "text", label: t.text },
            { value: "voice", label: t.voice },
          ]}
        />
        <small className={panel.muted}>{t.about}</small>
      </div>
      {by === "text" ? <TextTalk {...props} /> : <VoiceTalk {...props} />}
    </aside>
  );
}
