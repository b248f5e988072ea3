import { Button, Popover, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPhone } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";

import { useWords } from "../../shell/language";
import { useKeepTelephone, useTelephone } from "./queries";
import { words } from "./words";

/** Where whoever is signed in takes calls over: told before the first client is to be taken. */
export function Telephone() {
  const t = useWords(words);
  const known = useTelephone().data;
  const [opened, { toggle, close }] = useDisclosure(false);
  if (known === undefined) return null;
  return (
    <Popover opened={opened} onChange={(open) => !open && close()} width={300} trapFocus withArrow shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant={known === "" ? "light" : "default"}
          leftSection={<IconPhone size={14} />}
          onClick={toggle}
        >
          {known === "" ? t.tellTelephone : t.myTelephone(known)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <TelephoneForm known={known} close={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

function TelephoneForm({ known, close }: { readonly known: string; readonly close: () => void }) {
  const t = useWords(words);
  const [typed, setTyped] = useState(known);
  const keeping = useKeepTelephone();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    keeping.mutate(typed.trim(), { onSuccess: close });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Text size="sm">{t.telephoneWhy}</Text>
        <TextInput
          label={t.telephone}
          placeholder={t.telephoneHint}
          inputMode="tel"
          autoComplete="tel"
          required
          value={typed}
          error={keeping.error?.message}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" loading={keeping.isPending} disabled={typed.trim() === ""}>
          {t.keepTelephone}
        </Button>
      </Stack>
    </form>
  );
}
