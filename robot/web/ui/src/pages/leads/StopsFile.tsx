import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { useWords } from "../../shell/language";
import { note } from "../../shell/notes";
import { DropFile } from "./DropFile";
import classes from "./Leads.module.css";
import { useStopFile } from "./queries";
import { words } from "./words";

const MOST_SHOWN = 20;

/** Numbers and patterns from a file: looked at first, then written. */
export function StopsFile({ done }: { readonly done: () => void }) {
  const t = useWords(words);
  const [file, setFile] = useState<File | null>(null);
  const look = useStopFile();
  const load = useStopFile();
  const take = (chosen: File) => {
    setFile(chosen);
    look.mutate({ file: chosen, dryRun: true });
  };
  const write = () => {
    if (file === null) return;
    load.mutate(
      { file, dryRun: false },
      {
        onSuccess: ({ closed }) => {
          note(t.stoppedNow(closed));
          done();
        },
      },
    );
  };
  const error = look.error ?? load.error;
  const told = look.data;
  return (
    <Stack gap="sm">
      <DropFile hint={t.stopFileHint} loading={look.isPending} take={take} />
      {error !== null && (
        <Alert color="red" variant="light" role="alert">
          {error.message}
        </Alert>
      )}
      {told !== undefined && (
        <div role="status">
          <Text fw={500}>{t.stopFileHas(told.entries, told.patterns)}</Text>
          {told.refused_rows > 0 && <Text size="sm">{t.stopFileRefused(told.refused_rows)}</Text>}
          <ul className={classes.refused}>
            {told.refused.slice(0, MOST_SHOWN).map((row) => (
              <li key={row.line}>
                {t.lineOf(row.line)}: {row.why}
              </li>
            ))}
          </ul>
        </div>
      )}
      {told !== undefined && told.entries > 0 && (
        <Group>
          <Button loading={load.isPending} onClick={write}>
            {t.stopThem(told.entries)}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
