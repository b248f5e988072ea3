import { Button, Group, Modal, SegmentedControl, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { useWords } from "../../../shell/language";
import { tr } from "../../../shell/words";
import type { Desk } from "../draft/useDraft";
import { TargetPicker } from "../panel/Answers";
import { OBJECTION, type Canvas, type Edit } from "../wire";
import { codes } from "../words";
import { freeId } from "./connecting";

const words = {
  phrase: tr("Новая фраза", "A new phrase"),
  objection: tr("Новое возражение", "A new objection"),
  kind: tr("Что это", "What it is"),
  title: tr("Название", "Title"),
  titleHint: tr("Например: Уточняем бюджет", "For example: asking for the budget"),
  says: tr("Что скажет робот", "What the robot says"),
  goesOn: tr("Куда идти дальше", "Where to go on"),
  outcome: tr("Чем заканчивается звонок", "How the call ends"),
  intent: tr("На какие слова клиента", "To which words of the client"),
  ownIntent: tr("Свои слова…", "Own words…"),
  examples: tr("Как это говорят клиенты, по одному примеру на строку", "How clients say it, one example a line"),
  name: tr("Как назвать смысл", "What to call the meaning"),
  add: tr("Добавить", "Add"),
  cancel: tr("Отмена", "Cancel"),
};

const KINDS = ["phrase", "collect", "end", "goto"] as const;
type Kind = (typeof KINDS)[number];
const OUTCOMES = ["refused", "info_requested", "callback_scheduled", "agreed", "not_decision_maker"];
const OWN = "";

interface AddProps {
  readonly what: "phrase" | "objection" | null;
  readonly canvas: Canvas;
  readonly desk: Desk;
  readonly close: () => void;
  readonly go: (phrase: string) => void;
}

export function AddDialog(props: AddProps) {
  const t = useWords(words);
  const { what, close } = props;
  return (
    <Modal opened={what !== null} onClose={close} title={what === "objection" ? t.objection : t.phrase}>
      {what === "objection" ? <Objection {...props} /> : <Phrase {...props} />}
    </Modal>
  );
}

function Phrase({ canvas, desk, close, go }: AddProps) {
  const t = useWords(words);
  const c = useWords(codes);
  const [kind, setKind] = useState<Kind>("phrase");
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const [target, setTarget] = useState(canvas.start);
  const [end, setEnd] = useState("refused");
  const add = () => {
    const id = freeId(canvas, "phrase_new");
    const onward = kind === "end" ? null : target;
    desk.edit([
      {
        op: "add_phrase",
        id,
        kind,
        title,
        text,
        target: onward,
        end,
        collect: "text",
        into: "lead.answer",
        transfer: "{campaign.transfer_to}",
      },
    ]);
    go(id);
    close();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Stack>
        <SegmentedControl
          aria-label={t.kind}
          fullWidth
          value={kind}
          data={KINDS.map((value) => ({ value, label: c.kind[value] ?? value }))}
          onChange={(value) => setKind(KINDS.find((one) => one === value) ?? "phrase")}
        />
        <TextInput
          data-autofocus
          required
          label={t.title}
          placeholder={t.titleHint}
          value={title}
          maxLength={200}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Textarea
          required={kind === "phrase" || kind === "collect"}
          label={t.says}
          autosize
          minRows={2}
          maxLength={1000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {kind === "end" ? (
          <Select
            label={t.outcome}
            allowDeselect={false}
            data={OUTCOMES.map((value) => ({ value, label: c.outcome[value] ?? value }))}
            value={end}
            onChange={(value) => setEnd(value ?? end)}
          />
        ) : (
          <TargetPicker canvas={canvas} label={t.goesOn} value={target} choose={setTarget} editable shown />
        )}
        <Buttons close={close} />
      </Stack>
    </form>
  );
}

function Objection({ canvas, desk, close, go }: AddProps) {
  const t = useWords(words);
  const [intent, setIntent] = useState<string>(OWN);
  const [name, setName] = useState("");
  const [examples, setExamples] = useState("");
  const [text, setText] = useState("");
  const taken = new Set(canvas.objections.map((one) => one.id));
  const offered = canvas.intents.filter((one) => !taken.has(`${OBJECTION}${one.intent}`));
  const own = intent === OWN;
  const add = () => {
    const id = own ? freeId(canvas, `${OBJECTION}objection_new`).slice(OBJECTION.length) : intent;
    const lines = examples
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    const edits: Edit[] = own ? [{ op: "add_intent", intent: id, title: name, examples: lines, implies: null }] : [];
    desk.edit([...edits, { op: "add_objection", intent: id, text }]);
    go(`${OBJECTION}${id}`);
    close();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Stack>
        <Select
          label={t.intent}
          searchable
          allowDeselect={false}
          data={[
            { value: OWN, label: t.ownIntent },
            ...offered.map((one) => ({ value: one.intent, label: one.title || one.intent })),
          ]}
          value={intent}
          onChange={(value) => setIntent(value ?? OWN)}
        />
        {own && (
          <>
            <TextInput
              required
              label={t.name}
              value={name}
              maxLength={200}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Textarea
              required
              label={t.examples}
              autosize
              minRows={3}
              value={examples}
              onChange={(event) => setExamples(event.currentTarget.value)}
            />
          </>
        )}
        <Textarea
          required
          label={t.says}
          autosize
          minRows={2}
          maxLength={1000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Buttons close={close} />
      </Stack>
    </form>
  );
}

function Buttons({ close }: { readonly close: () => void }) {
  const t = useWords(words);
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={close}>
        {t.cancel}
      </Button>
      <Button type="submit">{t.add}</Button>
    </Group>
  );
}
