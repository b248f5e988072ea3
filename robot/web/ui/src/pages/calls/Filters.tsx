import { Button, Group, MultiSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconSearch, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { useWords } from "../../shell/language";
import { ALL, changed, count, MORE, readOutcomes, without } from "./filters";
import { MoreFilters } from "./MoreFilters";
import { OUTCOMES, words } from "./words";

const TYPING_MS = 350;

/** All of it is in the address. */
export function Filters() {
  const t = useWords(words);
  const [search, setSearch] = useSearchParams();
  const more = count(search, MORE);
  const [open, setOpen] = useState(more > 0);
  const set = (values: Readonly<Record<string, string>>) =>
    setSearch((before) => changed(before, values), { replace: true });
  return (
    <search>
      <Group gap="xs" align="flex-start">
        <Typed
          label={t.clientSaid}
          hint={t.clientSaidHint}
          value={search.get("client_words") ?? ""}
          set={(value) => set({ client_words: value })}
        />
        <MultiSelect
          aria-label={t.outcomes}
          placeholder={readOutcomes(search).length === 0 ? t.anyOutcome : undefined}
          data={OUTCOMES.map((outcome) => ({ value: outcome, label: t.outcome[outcome] }))}
          value={readOutcomes(search)}
          onChange={(chosen) => set({ outcome: chosen.join(",") })}
          miw={200}
          maw={420}
          clearable
          searchable
        />
        <Button
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={16} />}
          aria-expanded={open}
          aria-controls="more-filters"
          onClick={() => setOpen(!open)}
        >
          {t.moreFilters}
          {more > 0 ? ` · ${String(more)}` : ""}
        </Button>
        {count(search, ALL) > 0 && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconX size={16} />}
            onClick={() => setSearch((before) => without(before, ALL), { replace: true })}
          >
            {t.clear}
          </Button>
        )}
      </Group>
      {open && <MoreFilters set={set} />}
    </search>
  );
}

interface TypedProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly set: (value: string) => void;
  /** The label stands above it. */
  readonly labelled?: boolean;
}

/** Asked when typing stops. */
export function Typed({ label, hint, value, set, labelled = false }: TypedProps) {
  const [typed, type] = useState(value);
  const [kept, keep] = useState(value);
  const later = useDebouncedCallback(set, TYPING_MS);
  if (kept !== value) {
    keep(value); // changed from elsewhere: cleared, or by the browser's back
    if (value !== typed.trim()) type(value);
  }
  return (
    <TextInput
      {...(labelled ? { label } : { "aria-label": label, style: { flex: "1 1 320px" } })}
      placeholder={hint === undefined ? undefined : `${label}: ${hint}`}
      leftSection={<IconSearch size={16} />}
      value={typed}
      onChange={(event) => {
        type(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}
