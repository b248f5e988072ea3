import { Button, CopyButton, Group, Stack, Text } from "@mantine/core";

import { useWords } from "../../shell/language";
import classes from "./Users.module.css";
import { words } from "./words";

interface SecretProps {
  readonly title: string;
  readonly hint: string;
  readonly secret: string;
  readonly done: () => void;
}

/** A link or a token, shown once. */
export function Secret({ title, hint, secret, done }: SecretProps) {
  const t = useWords(words);
  return (
    <Stack gap="sm">
      <Text fw={600}>{title}</Text>
      <code className={classes.secret}>{secret}</code>
      <Text size="sm" c="dimmed">
        {hint}
      </Text>
      <Group>
        <CopyButton value={secret}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? t.copied : t.copy}</Button>}
        </CopyButton>
        <Button variant="default" onClick={done}>
          {t.done}
        </Button>
      </Group>
    </Stack>
  );
}
