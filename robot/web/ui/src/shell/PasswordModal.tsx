import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { api, ask } from "./client";
import { useWords } from "./language";
import { note } from "./notes";
import { began, useSession } from "./session";
import { words } from "./words-of-shell";

interface PasswordModalProps {
  readonly opened: boolean;
  readonly close: () => void;
}

/** A new password: asked for from whoever came by a link and has none, and by whoever wants another. */
export function PasswordModal({ opened, close }: PasswordModalProps) {
  const t = useWords(words);
  const { me } = useSession();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const setting = useMutation({
    meta: { told: true },
    mutationFn: () => ask(api.PUT("/api/me/password", { body: { old, new: fresh } })),
    onSuccess: (after) => {
      began(after);
      note(t.passwordSet);
      close();
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setting.mutate();
  };
  return (
    <Modal opened={opened} onClose={close} title={me.needs_password ? t.choosePassword : t.changePassword}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t.passwordHint}
          </Text>
          {setting.error !== null && (
            <Alert color="red" variant="light" role="alert" p="sm">
              {setting.error.message}
            </Alert>
          )}
          {/* What password managers keep the new password under. */}
          <input type="text" hidden readOnly autoComplete="username" value={me.name} />
          {me.knows_old_password && (
            <PasswordInput
              label={t.oldPassword}
              required
              autoComplete="current-password"
              value={old}
              onChange={(event) => setOld(event.currentTarget.value)}
            />
          )}
          <PasswordInput
            label={t.newPassword}
            required
            minLength={10}
            autoComplete="new-password"
            value={fresh}
            onChange={(event) => setFresh(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t.later}
            </Button>
            <Button type="submit" loading={setting.isPending}>
              {t.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
