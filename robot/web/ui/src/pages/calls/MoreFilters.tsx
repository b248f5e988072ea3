import { Checkbox, NumberInput, Select, SimpleGrid } from "@mantine/core";
import { useSearchParams } from "react-router";

import { useSay, useWords } from "../../shell/language";
import { useCampaign } from "../../shell/pickers";
import classes from "./Calls.module.css";
import { PHRASE_WAYS, readPhrase, type PhraseWay } from "./filters";
import { Typed } from "./Filters";
import { phraseName, reasonName } from "../../shell/names";
import { useChoices } from "./queries";
import { words } from "./words";

type Set = (values: Readonly<Record<string, string>>) => void;

/** What is asked for seldom. */
export function MoreFilters({ set }: { readonly set: Set }) {
  const t = useWords(words);
  const say = useSay();
  const [search] = useSearchParams();
  const choices = useChoices(useCampaign()).data;
  const [way, phrase] = readPhrase(search);
  const choosePhrase = (by: PhraseWay, name: string) =>
    set({ ...Object.fromEntries(PHRASE_WAYS.map((one) => [one, ""])), [by]: name });
  const seconds = (name: string) => (value: string | number) => set({ [name]: value === "" ? "" : String(value) });
  const numberOf = (name: string) => {
    const value = search.get(name) ?? "";
    return value === "" ? "" : Number(value);
  };
  return (
    <div id="more-filters" className={classes.more}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
        <Choice
          label={t.phrase}
          none={t.anyPhrase}
          value={phrase}
          data={(choices?.phrases ?? []).map((name) => ({ value: name, label: phraseName(say, name) }))}
          set={(name) => choosePhrase(way, name)}
        />
        <Select
          label={t.phraseWay}
          data={PHRASE_WAYS.map((one) => ({ value: one, label: t.ways[one] }))}
          value={way}
          disabled={phrase === ""}
          allowDeselect={false}
          onChange={(chosen) => choosePhrase(PHRASE_WAYS.find((one) => one === chosen) ?? way, phrase)}
        />
        <Choice
          label={t.reason}
          none={t.anyReason}
          value={search.get("reason") ?? ""}
          data={(choices?.reasons ?? []).map((name) => ({ value: name, label: reasonName(say, name, null) }))}
          set={(reason) => set({ reason })}
        />
        <Choice
          label={t.manager}
          none={t.anyManager}
          value={search.get("manager") ?? ""}
          data={choices?.managers.map((one) => ({ value: one.id, label: one.title })) ?? []}
          set={(manager) => set({ manager })}
        />
        <NumberInput label={t.least} min={0} max={86400} value={numberOf("least_s")} onChange={seconds("least_s")} />
        <NumberInput label={t.most} min={0} max={86400} value={numberOf("most_s")} onChange={seconds("most_s")} />
        <Choice
          label={t.version}
          none={t.anyVersion}
          value={search.get("script_version") ?? ""}
          data={choices?.script_versions ?? []}
          set={(version) => set({ script_version: version })}
        />
        <Typed
          label={t.robotSaid}
          labelled
          value={search.get("robot_words") ?? ""}
          set={(value) => set({ robot_words: value })}
        />
      </SimpleGrid>
      <div className={classes.flags}>
        <Flag name="talked" label={t.talkedOnly} set={set} />
        <Flag name="not_understood" label={t.notUnderstood} set={set} />
        <Flag name="corrected" label={t.correctedOnly} set={set} />
      </div>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly none: string;
  readonly value: string;
  readonly data: readonly (string | { readonly value: string; readonly label: string })[];
  readonly set: (value: string) => void;
}

/** What was chosen stays on offer, also when the latest calls have it no more. */
function Choice({ label, none, value, data, set }: ChoiceProps) {
  const offered = data.map((one) => (typeof one === "string" ? { value: one, label: one } : one));
  const known = value === "" || offered.some((one) => one.value === value);
  return (
    <Select
      label={label}
      placeholder={none}
      data={known ? offered : [{ value, label: value }, ...offered]}
      value={value === "" ? null : value}
      onChange={(chosen) => set(chosen ?? "")}
      clearable
      searchable
    />
  );
}

function Flag({ name, label, set }: { readonly name: string; readonly label: string; readonly set: Set }) {
  const [search] = useSearchParams();
  return (
    <Checkbox
      label={label}
      checked={search.get(name) === "1"}
      onChange={(event) => set({ [name]: event.currentTarget.checked ? "1" : "" })}
    />
  );
}
