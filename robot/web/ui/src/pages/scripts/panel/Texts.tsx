import { ActionIcon, Button, Menu, NumberInput, Textarea, Tooltip } from "@mantine/core";
import { IconBraces, IconPlus, IconTrash } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

import { useFormats, useWords } from "../../../shell/language";
import type { Said } from "../wire";
import { Listen } from "./Listen";
import { Recording } from "./Recording";
import type { PanelProps } from "./Panel";
import classes from "./Panel.module.css";
import {
  complete,
  same,
  sent,
  withRecording,
  withText,
  withVariant,
  withVisit,
  withoutVariant,
  withoutVisit,
} from "./texts";
import { words } from "./words";

/** What the robot says, each variant and each visit; saved while it is typed. */
export function Texts(props: PanelProps) {
  const t = useWords(words);
  const f = useFormats();
  const { phrase, desk, editable } = props;
  const [typed, setTyped] = useState<readonly Said[] | null>(null);
  const settled = desk.saving.state === "saved" && typed !== null && same(typed, phrase.variants);
  if (settled) setTyped(null); // from here on what others change is seen
  const known = typed ?? phrase.variants;
  const variants = known.length === 0 && editable ? [NOTHING] : known;
  // Two recordings may arrive before this is drawn again: the second one must not undo the first.
  const latest = useRef(typed);
  useEffect(() => {
    latest.current = typed;
  }, [typed]);
  const change = (edit: (before: readonly Said[]) => readonly Said[], at: "type" | "edit") => {
    const next = edit(latest.current ?? variants);
    latest.current = next;
    setTyped(next);
    if (complete(next)) desk[at]([{ op: "set_say", phrase: phrase.id, variants: next.map(sent) }]);
    else if (next.length === 1 && next[0]?.texts.every((text) => text.trim() === "")) {
      desk[at]([{ op: "set_say", phrase: phrase.id, variants: [] }]);
    }
  };
  if (variants.length === 0) return null;
  return (
    <section>
      <header className={classes.sectionHead}>
        <h3>{t.says}</h3>
        {phrase.seconds > 0 && <small>{t.seconds(f.duration(phrase.seconds))}</small>}
      </header>
      {variants.map((said, index) => (
        <div key={index} className={classes.variant}>
          {variants.length > 1 && (
            <div className={classes.variantHead}>
              <strong>{t.variant(said.variant)}</strong>
              <Weight
                said={said}
                all={variants}
                change={(weight) =>
                  change((all) => all.map((one, at) => (at === index ? { ...one, weight } : one)), "edit")
                }
                editable={editable}
              />
              {editable && (
                <Tooltip label={t.removeVariant}>
                  <ActionIcon
                    aria-label={t.removeVariant}
                    onClick={() => change((all) => withoutVariant(all, index), "edit")}
                  >
                    <IconTrash size={15} />
                  </ActionIcon>
                </Tooltip>
              )}
            </div>
          )}
          {said.texts.map((text, visit) => (
            <OneText
              key={visit}
              {...props}
              text={text}
              variant={index}
              visit={visit}
              audio={said.audio[visit] ?? ""}
              lacks={said.audio.includes("")}
              named={said.variant}
              record={(file) => change((all) => withRecording(all, index, visit, file), "edit")}
              change={(next) => change((all) => withText(all, index, visit, next), "type")}
              remove={visit === 0 ? null : () => change((all) => withoutVisit(all, index, visit), "edit")}
            />
          ))}
          {editable && said.texts.length < 4 && said.texts[0] !== "" && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              leftSection={<IconPlus size={13} />}
              onClick={() => change((all) => withVisit(all, index), "edit")}
            >
              {t.addText}
            </Button>
          )}
        </div>
      ))}
      {editable && variants.length < 5 && variants[0]?.texts[0] !== "" && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => change(withVariant, "edit")}
        >
          {t.addVariant}
        </Button>
      )}
    </section>
  );
}

const NOTHING: Said = { variant: "", texts: [""], weight: 1, audio: [] };

interface WeightProps {
  readonly said: Said;
  readonly all: readonly Said[];
  readonly change: (weight: number) => void;
  readonly editable: boolean;
}

/** Weights are shown as shares of all calls. */
function Weight({ said, all, change, editable }: WeightProps) {
  const t = useWords(words);
  const f = useFormats();
  const sum = all.reduce((before, one) => before + one.weight, 0);
  return (
    <span className={classes.weight}>
      <NumberInput
        aria-label={`${t.weight}: ${said.variant}`}
        size="xs"
        w={64}
        min={0}
        max={100}
        value={said.weight}
        readOnly={!editable}
        onChange={(value) => typeof value === "number" && change(value)}
      />
      <small>{sum === 0 ? "—" : f.share(said.weight / sum)}</small>
    </span>
  );
}

interface OneTextProps extends PanelProps {
  readonly text: string;
  readonly variant: number;
  readonly visit: number;
  readonly audio: string;
  /** Other texts of the variant have no recording yet. */
  readonly lacks: boolean;
  readonly named: string;
  readonly record: (file: string) => void;
  readonly change: (text: string) => void;
  readonly remove: (() => void) | null;
}

function OneText(props: OneTextProps) {
  const { text, variant, visit, audio, change, remove } = props;
  const t = useWords(words);
  const area = useRef<HTMLTextAreaElement>(null);
  const { canvas, editable } = props;
  const insert = (name: string) => {
    const at = area.current?.selectionStart ?? text.length;
    change(`${text.slice(0, at)}{${name}}${text.slice(area.current?.selectionEnd ?? at)}`);
  };
  return (
    <div className={classes.text}>
      <Textarea
        ref={area}
        aria-label={visit === 0 ? t.says : t.visit(visit + 1)}
        label={visit === 0 ? undefined : t.visit(visit + 1)}
        autosize
        minRows={2}
        maxLength={1000}
        value={text}
        readOnly={!editable}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <div className={classes.textFoot}>
        <Listen {...props} variant={variant} visit={visit} disabled={text.trim() === ""} />
        {editable && (
          <Menu position="bottom-start">
            <Menu.Target>
              <Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconBraces size={14} />}>
                {t.insert}
              </Button>
            </Menu.Target>
            <Menu.Dropdown mah={320} className={classes.long ?? ""}>
              <Menu.Label>{t.insertHint}</Menu.Label>
              {canvas.known_variables.map((name) => (
                <Menu.Item
                  key={name}
                  onClick={() => insert(name)}
                  rightSection={<small className={classes.value}>{canvas.variables[name]}</small>}
                >
                  {`{${name}}`}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
        {editable && <Recording {...props} disabled={text.trim() === ""} />}
        {editable && remove !== null && (
          <ActionIcon aria-label={t.removeText} onClick={remove}>
            <IconTrash size={14} />
          </ActionIcon>
        )}
      </div>
      {audio !== "" && <small className={classes.muted}>{props.lacks ? t.lacksOthers : t.recorded}</small>}
    </div>
  );
}
