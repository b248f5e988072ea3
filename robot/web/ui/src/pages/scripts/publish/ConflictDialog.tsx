import { Button, CopyButton, Group, Modal, SimpleGrid, Stack, Text } from "@mantine/core";

import { useFormats, useWords } from "../../../shell/language";
import type { Desk } from "../draft/useDraft";
import { nameOf, type Canvas, type Edit } from "../wire";
import classes from "./Publish.module.css";
import { theirsOf } from "./theirs";
import { words } from "./words";

/** Two people changed one phrase: both texts side by side, and who decides sees what he decides against. */
export function ConflictDialog({ desk, canvas }: { readonly desk: Desk; readonly canvas: Canvas }) {
  const t = useWords(words);
  const f = useFormats();
  const { saving } = desk;
  if (saving.state !== "conflict") return null;
  const { conflict, edits } = saving;
  const mine = edits
    .map(told)
    .filter((one) => one !== "")
    .join("\n");
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t.conflict}
      size="xl"
    >
      <Stack>
        <Text size="sm">{t.conflictBy(conflict.author, f.time(conflict.saved_at))}</Text>
        {conflict.phrases.map((id) => {
          const phrase = [...canvas.nodes, ...canvas.objections].find((one) => one.id === id);
          return (
            <section key={id}>
              <h3 className={classes.subhead}>{phrase === undefined ? id : nameOf(phrase)}</h3>
              <SimpleGrid cols={{ base: 1, sm: 2 }}>
                <Side
                  title={t.mine}
                  text={
                    edits
                      .filter((one) => "phrase" in one && one.phrase === id)
                      .map(told)
                      .join("\n") || mine
                  }
                />
                <Side title={t.theirs} text={theirsOf(conflict.theirs, id)} />
              </SimpleGrid>
            </section>
          );
        })}
        <Group justify="flex-end">
          <CopyButton value={mine}>
            {({ copied, copy }) => (
              <Button variant="subtle" color="gray" onClick={copy}>
                {copied ? t.copied : t.copyMine}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" onClick={() => void desk.resolve("theirs")}>
            {t.keepTheirs}
          </Button>
          <Button onClick={() => void desk.resolve("mine")}>{t.keepMine}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Side({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div className={classes.side}>
      <small>{title}</small>
      <pre>{text}</pre>
    </div>
  );
}

/** An edit in words that its author recognizes. */
function told(edit: Edit): string {
  if (edit.op === "set_say") return edit.variants.flatMap((one) => one.texts).join("\n");
  const { op, ...rest } = edit;
  return Object.entries(rest)
    .filter(([name]) => name !== "phrase")
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .concat(op === "remove_phrase" ? [op] : [])
    .join("\n");
}
