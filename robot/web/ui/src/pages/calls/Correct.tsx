import { Alert, Button, Group, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { useWords } from "../../shell/language";
import { useCorrect, type Whole } from "./queries";
import { words } from "./words";

/** What a person takes the call for; the robot's own view is kept. */
export function Correct({ whole, close }: { readonly whole: Whole; readonly close: () => void }) {
  const t = useWords(words);
  const [outcome, setOutcome] = useState(whole.correctable[0] ?? null);
  const [reason, setReason] = useState("");
  const [note, setNote] = useState("");
  const correct = useCorrect(whole.call.id);
  if (outcome === null) return null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        correct.mutate({ outcome, reason, note }, { onSuccess: close });
      }}
    >
      <Stack gap="xs" mt="sm">
        <Select
          label={t.newOutcome}
          data={whole.correctable.map((one) => ({ value: one, label: t.outcome[one] }))}
          value={outcome}
          allowDeselect={false}
          data-autofocus
          onChange={(chosen) => setOutcome(whole.correctable.find((one) => one === chosen) ?? outcome)}
        />
        <TextInput
          label={t.reason}
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Textarea
          label={t.why}
          value={note}
          maxLength={2000}
          autosize
          minRows={2}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Text size="xs" c="dimmed">
          {t.correctHint}
        </Text>
        {correct.error !== null && (
          <Alert color="red" variant="light" role="alert">
            {correct.error.message}
          </Alert>
        )}
        <Group gap="xs">
          <Button type="submit" size="xs" loading={correct.isPending}>
            {t.save}
          </Button>
          <Button size="xs" variant="default" onClick={close}>
            {t.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
