import { Button, Group, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import { useWords } from "../../../shell/language";
import { byId } from "../wire";
import type { PanelProps } from "./Panel";
import { words } from "./words";

/** As the server takes it. */
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** The phrase's name in the text, with everything that leads to it. */
export function Rename({ phrase, canvas, desk, go }: PanelProps) {
  const t = useWords(words);
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? phrase.id;
  const changed = name !== phrase.id;
  const problem = !changed ? null : !NAME.test(name) ? t.badName : byId(canvas).has(name) ? t.takenName : null;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!changed || problem !== null) return;
    desk.edit([{ op: "rename_phrase", phrase: phrase.id, to: name }]);
    go(name);
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-start" gap="xs" wrap="nowrap">
        <TextInput
          flex={1}
          label={t.name}
          description={changed ? t.nameHint : undefined}
          inputWrapperOrder={["label", "input", "description", "error"]}
          maxLength={80}
          value={name}
          error={problem}
          onChange={(event) => setTyped(event.currentTarget.value.trim())}
        />
        {changed && (
          <Button type="submit" mt={22} variant="default" disabled={problem !== null}>
            {t.rename}
          </Button>
        )}
      </Group>
    </form>
  );
}
