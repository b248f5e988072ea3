import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

const TYPING_MS = 350;

interface TypedProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly set: (value: string) => void;
}

/** Asked when typing stops. */
export function Typed({ label, hint, value, set }: TypedProps) {
  const [typed, type] = useState(value);
  const [kept, keep] = useState(value);
  const later = useDebouncedCallback(set, TYPING_MS);
  if (kept !== value) {
    keep(value); // changed from elsewhere: cleared, or by the browser's back
    if (value !== typed.trim()) type(value);
  }
  return (
    <TextInput
      aria-label={label}
      placeholder={hint}
      leftSection={<IconSearch size={16} />}
      value={typed}
      maxLength={200}
      onChange={(event) => {
        type(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
      style={{ flex: "1 1 260px" }}
    />
  );
}
