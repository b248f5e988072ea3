import { Button, Group, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

interface LookupProps {
  readonly label: string;
  readonly button: string;
  readonly pending: boolean;
  readonly ask: (phone: string) => void;
}

/** A number is typed and asked about. */
export function Lookup({ label, button, pending, ask }: LookupProps) {
  const [phone, setPhone] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    ask(phone.trim());
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs">
        <TextInput
          type="tel"
          aria-label={label}
          placeholder="+7 912 345-67-89"
          required
          maxLength={40}
          value={phone}
          onChange={(event) => setPhone(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={pending}>
          {button}
        </Button>
      </Group>
    </form>
  );
}
