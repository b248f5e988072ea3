import { ActionIcon, Button, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";

import { useWords } from "../../../shell/language";
import { tr } from "../../../shell/words";
import type { Desk } from "../draft/useDraft";
import type { Canvas } from "../wire";
import classes from "./Desk.module.css";

const words = {
  title: tr("Сведения сценария", "Facts of the script"),
  hint: tr(
    "Их называют в фразах в фигурных скобках. Кампания и «Настройки → Компания» могут сказать своё вместо них.",
    "Phrases name them in braces. A campaign, and Settings → Company, may say something of their own instead.",
  ),
  remove: tr(
    (name: string) => `Убрать «${name}»`,
    (name: string) => `Remove “${name}”`,
  ),
  none: tr("Своих сведений у сценария нет", "The script has none of its own"),
  name: tr("Новое: имя", "New: its name"),
  nameHint: tr("Латиницей, например product", "For example product"),
  badName: tr(
    "Буквы, цифры, подчёркивание и точка; первая — буква",
    "Letters, digits, underscores and dots; a letter first",
  ),
  known: tr("Такое имя уже есть", "There is one of this name"),
  value: tr("Что сказать", "What to say"),
  add: tr("Добавить", "Add"),
};

/** As the server takes it. */
const NAME = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}\p{N}_]+)*$/u;

interface FactsProps {
  readonly canvas: Canvas;
  readonly desk: Desk;
  readonly opened: boolean;
  readonly close: () => void;
}

/** The script's variables: what it says of the company and the offer unless a campaign says otherwise. */
export function FactsDialog({ canvas, desk, opened, close }: FactsProps) {
  const t = useWords(words);
  const facts = Object.entries(canvas.variables).toSorted(([a], [b]) => a.localeCompare(b));
  const set = (name: string, value: string | null) => desk.edit([{ op: "set_variable", name, value }]);
  return (
    <Modal opened={opened} onClose={close} title={t.title} size="lg">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t.hint}
        </Text>
        {facts.length === 0 && <Text size="sm">{t.none}</Text>}
        {facts.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <Fact name={name} value={value} type={(next) => desk.type([{ op: "set_variable", name, value: next }])} />
            <ActionIcon aria-label={t.remove(name)} onClick={() => set(name, null)}>
              <IconTrash size={15} />
            </ActionIcon>
          </div>
        ))}
        <NewFact known={canvas.variables} add={set} />
      </Stack>
    </Modal>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly type: (value: string) => void;
}

function Fact({ name, value, type }: FactProps) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Textarea
      label={`{${name}}`}
      autosize
      minRows={1}
      maxLength={1000}
      value={typed ?? value}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        type(event.currentTarget.value);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

interface NewFactProps {
  readonly known: Readonly<Record<string, string>>;
  readonly add: (name: string, value: string) => void;
}

function NewFact({ known, add }: NewFactProps) {
  const t = useWords(words);
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const problem = name === "" ? null : !NAME.test(name) ? t.badName : name in known ? t.known : null;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (name === "" || problem !== null) return;
    add(name, value);
    setName("");
    setValue("");
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <TextInput
          label={t.name}
          placeholder={t.nameHint}
          maxLength={80}
          value={name}
          error={problem}
          onChange={(event) => setName(event.currentTarget.value.trim())}
        />
        <TextInput
          label={t.value}
          maxLength={1000}
          flex={1}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Button
          type="submit"
          mt={22}
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={name === "" || problem !== null}
        >
          {t.add}
        </Button>
      </Group>
    </form>
  );
}
