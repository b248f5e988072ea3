import { Alert, Button, Select, Text } from "@mantine/core";
import { Fragment, useState } from "react";

import { Card } from "../../shell/Frame";
import { useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { Empty, Loading, Shown } from "../../shell/states";
import { saveMapping, useCrm, useCrmNames, useManagers, useSaving, type Crm as Asked, type Mapping } from "./queries";
import classes from "./Settings.module.css";
import { without } from "./without";
import { words } from "./words";

const TITLES: Readonly<Record<string, string>> = { amocrm: "amoCRM", bitrix24: "Битрикс24", odoo: "Odoo", onec: "1С" };

/** Which of our stages and managers is which of theirs. */
export function Crm() {
  const t = useWords(words);
  const names = useCrmNames();
  return (
    <Shown
      query={names}
      empty={(items) => items.length === 0}
      whenEmpty={
        <Card>
          <Empty title={t.noCrm} hint={t.noCrmHint} />
        </Card>
      }
    >
      {(items) => items.map((name) => <OneCrm key={name} name={name} />)}
    </Shown>
  );
}

function OneCrm({ name }: { readonly name: string }) {
  const crm = useCrm(name);
  const managers = useManagers(useMay("see_meetings"));
  return (
    <Card title={TITLES[name] ?? name}>
      <Shown query={crm} loading={<Loading rows={4} />}>
        {(asked) => (
          <MappingForm
            key={JSON.stringify([asked.stages, asked.managers])}
            crm={asked}
            managers={[...new Set([...(managers.data ?? []).map((one) => one.name), ...Object.keys(asked.managers)])]}
          />
        )}
      </Shown>
    </Card>
  );
}

function MappingForm({ crm, managers }: { readonly crm: Asked; readonly managers: readonly string[] }) {
  const t = useWords(words);
  const may = useMay("edit_settings");
  const kept: Mapping = { stages: crm.stages, managers: crm.managers };
  const [mapping, setMapping] = useState<Mapping>(kept);
  const saving = useSaving((body: Mapping) => saveMapping(crm.name, body));
  const changed = JSON.stringify(mapping) !== JSON.stringify(kept);
  const set = (part: keyof Mapping, ours: string, theirs: string | null) =>
    setMapping((before) => {
      const others = without(before[part], ours);
      return { ...before, [part]: theirs === null ? others : { ...others, [ours]: theirs } };
    });
  const ours = crm.ours.map((one) => [one.id, one.title] as const);
  const asked = crm.error === "";
  return (
    <div className={classes.form}>
      {asked ? (
        <Text size="sm">
          {t.account}: {crm.account}
        </Text>
      ) : (
        <Alert color="yellow" title={t.crmAway}>
          {crm.error}
        </Alert>
      )}
      {crm.problems.map((problem) => (
        <Alert key={problem} color="yellow">
          {problem}
        </Alert>
      ))}
      <Rows title={t.stages} hint={t.stagesHint} ours={ours} theirs={crm.their_stages} none={t.notMoved}
        chosen={mapping.stages} fixed={!may || !asked} set={(one, to) => set("stages", one, to)} />
      <Rows title={t.users} hint={t.usersHint} ours={managers.map((one) => [one, one] as const)} theirs={crm.their_users}
        none={t.nobody} chosen={mapping.managers} fixed={!may || !asked} set={(one, to) => set("managers", one, to)} />
      {may && asked && (
        <div>
          <Button disabled={!changed} loading={saving.isPending} onClick={() => saving.mutate(mapping)}>
            {t.save}
          </Button>
        </div>
      )}
    </div>
  ); // prettier-ignore
}

interface RowsProps {
  readonly title: string;
  readonly hint: string;
  readonly ours: readonly (readonly [string, string])[];
  readonly theirs: Asked["their_stages"];
  readonly chosen: Readonly<Record<string, string>>;
  readonly none: string;
  readonly fixed: boolean;
  readonly set: (ours: string, theirs: string | null) => void;
}

/** What is mapped to something that is no longer there keeps its id. */
function Rows({ title, hint, ours, theirs, chosen, none, fixed, set }: RowsProps) {
  const data = theirs.map((one) => ({ value: one.id, label: one.title }));
  const known = new Set(data.map((one) => one.value));
  if (ours.length === 0) return null;
  return (
    <section>
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" mb="xs">
        {hint}
      </Text>
      <div className={classes.mapping}>
        {ours.map(([id, name]) => {
          const to = chosen[id] ?? null;
          const lost = to !== null && !known.has(to) ? [{ value: to, label: to }] : [];
          return (
            <Fragment key={id}>
              <span>{name}</span>
              <Select
                aria-label={name}
                placeholder={none}
                data={[...data, ...lost]}
                value={to}
                readOnly={fixed}
                clearable={!fixed}
                searchable
                onChange={(value) => set(id, value)}
              />
            </Fragment>
          );
        })}
      </div>
    </section>
  );
}
