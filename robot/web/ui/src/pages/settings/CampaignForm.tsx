import { Button, Group, MultiSelect, NumberInput, Select, Switch, TextInput, Textarea } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import { useWords } from "../../shell/language";
import { readFacts, writeFacts } from "./facts";
import { addCampaign, changeCampaign, faultsOf, useSaving } from "./queries";
import type { CampaignNew, CampaignSettings, Choices } from "./queries";
import classes from "./Settings.module.css";
import { without } from "./without";
import { words } from "./words";
import { ZoneSelect } from "./ZoneSelect";

interface CampaignFormProps {
  readonly campaign: CampaignSettings | null;
  readonly choices: Choices;
  readonly done: () => void;
}

type Values = Required<Omit<CampaignNew, "facts">>;

const NEW: Values = {
  slug: "", title: "", script: "", inbound_script: "missed_call_back", hours: "пн-пт 09:00-20:00",
  timezone: "Europe/Moscow", goal: "meeting", advertising: false, priority: "cold", max_attempts: 3,
  meeting_minutes: 30, managers_by: [], voice: "",
}; // prettier-ignore

function valuesOf(campaign: CampaignSettings | null): Values {
  if (campaign === null) return NEW;
  const { title, script, inbound_script, hours, timezone, goal, advertising, max_attempts, meeting_minutes } = campaign;
  const { slug, managers_by, voice } = campaign;
  const priority = (["cold", "revival", "follow_up", "reminder"] as const).find((one) => one === campaign.priority);
  // What the server tells beside these (state, quota, …) is not set here, and it refuses what it does not take.
  return {
    slug, title, script, inbound_script, hours, timezone, goal, advertising, priority: priority ?? null, max_attempts,
    meeting_minutes, managers_by, voice,
  }; // prettier-ignore
}

/** campaign: null for a new one. */
export function CampaignForm({ campaign, choices, done }: CampaignFormProps) {
  const t = useWords(words);
  const [values, setValues] = useState<Values>(() => valuesOf(campaign));
  const [facts, setFacts] = useState(() => writeFacts(campaign?.facts ?? {}));
  const saving = useSaving(save, done);
  const read = readFacts(facts);
  const faults = faultsOf(saving.error);
  const set = <K extends keyof Values>(name: K, value: Values[K]) =>
    setValues((before) => ({ ...before, [name]: value }));
  const text = (name: "slug" | "title" | "hours") => ({
    value: values[name] ?? "",
    error: faults[name],
    required: true,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => set(name, event.currentTarget.value),
  });
  const scripts = choices.scripts.map((one) => ({ value: one.name, label: one.title }));

  async function save(): Promise<unknown> {
    if (campaign === null) return addCampaign({ ...values, facts: read.facts });
    return changeCampaign(campaign.slug, { ...without(values, "slug"), facts: read.facts });
  }

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (read.wrong === null) saving.mutate(undefined);
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label={t.campaignTitle} data-autofocus {...text("title")} />
      {campaign === null && (
        <TextInput label={t.slug} description={t.slugHint} pattern="[A-Za-z0-9][A-Za-z0-9_\-]*" {...text("slug")} />
      )}
      <Select
        label={t.script}
        data={scripts}
        value={values.script === "" ? null : values.script}
        error={faults.script}
        required
        searchable
        onChange={(value) => set("script", value ?? "")}
      />
      <Select
        label={t.inboundScript}
        data={scripts}
        value={values.inbound_script}
        error={faults.inbound_script}
        searchable
        allowDeselect={false}
        onChange={(value) => set("inbound_script", value)}
      />
      <TextInput label={t.hours} description={t.hoursHint} {...text("hours")} />
      <div className={classes.pair}>
        <Select
          label={t.goal}
          data={choices.goals.map((goal) => ({ value: goal, label: t.goals[goal] }))}
          value={values.goal}
          allowDeselect={false}
          onChange={(value) => set("goal", value)}
        />
        <ZoneSelect
          label={t.timezone}
          value={values.timezone ?? "Europe/Moscow"}
          error={faults.timezone}
          set={(zone) => set("timezone", zone)}
        />
        <NumberInput
          label={t.attempts}
          description={t.attemptsHint}
          min={1}
          max={100}
          allowDecimal={false}
          value={values.max_attempts ?? 3}
          error={faults.max_attempts}
          onChange={(value) => set("max_attempts", Number(value))}
        />
        <NumberInput
          label={t.meetingMinutes}
          description="&nbsp;"
          min={5}
          max={480}
          step={5}
          allowDecimal={false}
          value={values.meeting_minutes ?? 30}
          error={faults.meeting_minutes}
          onChange={(value) => set("meeting_minutes", Number(value))}
        />
        <Select
          label={t.priority}
          data={choices.priorities.map((one) => ({ value: one, label: t.priorities[one] }))}
          value={values.priority}
          allowDeselect={false}
          onChange={(value) => set("priority", value)}
        />
        <Voice choices={choices} value={values.voice ?? ""} error={faults.voice} set={(voice) => set("voice", voice)} />
      </div>
      <MultiSelect
        label={t.managersBy}
        description={t.managersByHint}
        data={choices.managers_by.map((one) => ({ value: one, label: t.managersByWords[one] }))}
        value={values.managers_by ?? []}
        onChange={(value) => set("managers_by", value)}
      />
      <Switch
        label={t.advertising}
        checked={values.advertising === true}
        onChange={(event) => set("advertising", event.currentTarget.checked)}
      />
      <Textarea
        label={t.facts}
        description={t.factsHint}
        autosize
        minRows={3}
        maxRows={12}
        value={facts}
        error={read.wrong === null ? faults.facts : t.factWrong(read.wrong)}
        onChange={(event) => setFacts(event.currentTarget.value)}
      />
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

interface VoiceProps {
  readonly choices: Choices;
  readonly value: string;
  readonly error: string | undefined;
  readonly set: (voice: string) => void;
}

/** Those that cannot speak here say why. */
function Voice({ choices, value, error, set }: VoiceProps) {
  const t = useWords(words);
  const titles: Readonly<Record<string, string>> = t.voices;
  const data = [
    { value: "", label: t.usualVoice, disabled: false },
    ...choices.voices.map((one) => ({
      value: one.name,
      label: titles[one.name] ?? one.title,
      disabled: one.lack !== "",
    })),
  ];
  if (!data.some((one) => one.value === value)) data.push({ value, label: value, disabled: false });
  return (
    <Select
      label={t.voice}
      data={data}
      value={value}
      error={error}
      allowDeselect={false}
      onChange={(one) => set(one ?? "")}
    />
  );
}
