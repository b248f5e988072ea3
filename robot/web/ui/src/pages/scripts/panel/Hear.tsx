import { ActionIcon } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";

import { useWords } from "../../../shell/language";
import { useMay } from "../../../shell/session";
import { words } from "./words-calls";

interface HearProps {
  readonly text: string;
  readonly toggle: () => void;
}

/** Plays the call from where these words were said, for whoever may hear calls. */
export function Hear({ text, toggle }: HearProps) {
  const t = useWords(words);
  const hears = useMay("hear_calls");
  if (!hears) return null;
  return (
    <ActionIcon variant="light" color="accent" radius="xl" aria-label={`${t.hear}: ${text}`} onClick={toggle}>
      <IconPlayerPlayFilled size={13} />
    </ActionIcon>
  );
}
