import { Button, Chip, Group, Input, MultiSelect, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import { useWords } from "../../shell/language";
import { addManager, changeManager, faultsOf, useSaving } from "./queries";
import type { CampaignSettings, Manager, ManagerIn } from "./queries";
import classes from "./Settings.module.css";
import { without } from "./without";
import { words } from "./words";
import { ZoneSelect } from "./ZoneSelect";

interface ManagerFormProps {
  readonly manager: Manager | null;
  readonly campaigns: readonly CampaignSettings[];
  readonly done: () => void;
}

type Values = Required<ManagerIn>;
type TextName = "name" | "opens" | "closes" | "days_off" | "email" | "place" | "calendar";

const NEW: Values = {
  name: "", timezone: "Europe/Moscow", opens: "10:00", closes: "18:00", weekdays: [0, 1, 2, 3, 4], buffer_minutes: 0,
  country: "RU", days_off: "", email: "", place: "", regions: [], skills: [], calendar: "", campaigns: [],
}; // prettier-ignore

function valuesOf(manager: Manager | null): Values {
  return manager === null ? NEW : without(manager, "id");
}

/** manager: null for a new one. */
export function ManagerForm({ manager, campaigns, done }: ManagerFormProps) {
  const t = useWords(words);
  const [values, setValues] = useState<Values>(() => valuesOf(manager));
  const save = () => (manager === null ? addManager(values) : changeManager(manager.id, values));
  const saving = useSaving(save, done);
  const faults = faultsOf(saving.error);
  const set = <K extends keyof Values>(name: K, value: Values[K]) =>
    setValues((before) => ({ ...before, [name]: value }));
  const text = (name: TextName) => ({
    value: values[name],
    error: faults[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => set(name, event.currentTarget.value),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    saving.mutate(undefined);
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label={t.name}
        description={manager === null ? undefined : t.nameStays}
        readOnly={manager !== null}
        required
        data-autofocus
        {...text("name")}
      />
      <MultiSelect
        label={t.clientsOf}
        data={campaigns.map((one) => ({ value: one.slug, label: one.title }))}
        value={values.campaigns}
        error={faults.campaigns}
        onChange={(value) => set("campaigns", value)}
      />
      <Input.Wrapper label={t.weekdays} error={faults.weekdays} labelElement="div">
        <Chip.Group multiple value={values.weekdays.map(String)} onChange={(days) => set("weekdays", days.map(Number))}>
          <Group gap={6} mt={4}>
            {t.weekdayNames.map((name, day) => (
              <Chip key={name} size="xs" value={String(day)}>
                {name}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Input.Wrapper>
      <div className={classes.pair}>
        <TextInput type="time" label={t.from} required {...text("opens")} />
        <TextInput type="time" label={t.till} required {...text("closes")} />
        <ZoneSelect
          label={t.timezone}
          value={values.timezone}
          error={faults.timezone}
          set={(zone) => set("timezone", zone)}
        />
        <NumberInput
          label={t.buffer}
          min={0}
          max={240}
          step={5}
          allowDecimal={false}
          value={values.buffer_minutes}
          error={faults.buffer_minutes}
          onChange={(value) => set("buffer_minutes", Number(value))}
        />
        <Select
          label={t.holidays}
          data={countries(values.country, t.ofRussia, t.ofNobody)}
          value={values.country}
          error={faults.country}
          allowDeselect={false}
          onChange={(value) => set("country", value ?? "")}
        />
        <TextInput label={t.email} type="email" {...text("email")} />
      </div>
      <TextInput label={t.daysOff} description={t.daysOffHint} {...text("days_off")} />
      <TextInput label={t.place} description={t.placeHint} {...text("place")} />
      <div className={classes.pair}>
        <TagsInput
          label={t.regions}
          description={t.commas}
          value={values.regions}
          onChange={(value) => set("regions", value)}
        />
        <TagsInput
          label={t.skills}
          description={t.commas}
          value={values.skills}
          onChange={(value) => set("skills", value)}
        />
      </div>
      <TextInput label={t.calendar} {...text("calendar")} />
      <Group>
        <Button type="submit" loading={saving.isPending}>
          {t.save}
        </Button>
        <Button variant="default" onClick={done}>
          {t.cancel}
        </Button>
      </Group>
    </form>
  );
}

function countries(kept: string, russia: string, nobody: string) {
  const known = [
    { value: "RU", label: russia },
    { value: "", label: nobody },
  ];
  return known.some((one) => one.value === kept) ? known : [...known, { value: kept, label: kept }];
}
