import { Select } from "@mantine/core";

import { useWords } from "../../../shell/language";
import { codes } from "../words";
import type { PanelProps } from "./Panel";
import { words } from "./words";

const OFFERED = [
  "meeting_booked", "agreed", "callback_scheduled", "info_requested", "refused", "not_decision_maker", "opted_out",
  "wrong_number", "voicemail", "no_answer",
]; // prettier-ignore

/** What a call that gets to this end has come to. */
export function OutcomePicker({ phrase, desk, editable }: PanelProps) {
  const t = useWords(words);
  const c = useWords(codes);
  const known = OFFERED.includes(phrase.outcome) ? OFFERED : [phrase.outcome, ...OFFERED];
  return (
    <Select
      label={t.outcome}
      data={known.map((value) => ({ value, label: c.outcome[value] ?? value }))}
      value={phrase.outcome}
      readOnly={!editable}
      allowDeselect={false}
      onChange={(value) => value !== null && desk.edit([{ op: "set_field", phrase: phrase.id, field: "end", value }])}
    />
  );
}
