import { Button, Radio, Stack, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import { Fault } from "../../shell/client";
import { useWords } from "../../shell/language";
import { words as shellWords } from "../../shell/words-of-shell";
import { useAddUser, type Invited, type Role } from "./queries";
import { words } from "./words";

/** A name and a role; he sets his password himself. */
export function AddUser({ done }: { readonly done: (made: Invited) => void }) {
  const t = useWords(words);
  const shell = useWords(shellWords);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("manager");
  const adding = useAddUser();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    adding.mutate({ name, role }, { onSuccess: done });
  };
  const refusal =
    adding.error instanceof Fault ? (adding.error.fields.name ?? adding.error.message) : adding.error?.message;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t.name}
          description={t.nameHint}
          required
          data-autofocus
          maxLength={64}
          value={name}
          error={refusal}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Radio.Group label={t.role} value={role} onChange={setRole}>
          <Stack gap="xs" mt={6}>
            {(Object.keys(shell.role) as Role[]).map((one) => (
              <Radio key={one} value={one} label={shell.role[one]} description={t.roleHints[one]} />
            ))}
          </Stack>
        </Radio.Group>
        <Button type="submit" loading={adding.isPending}>
          {t.add}
        </Button>
      </Stack>
    </form>
  );
}
