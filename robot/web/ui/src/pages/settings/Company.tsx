import { Button, Group, Text, TextInput, Textarea } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import { Card } from "../../shell/Frame";
import { useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { Shown } from "../../shell/states";
import { faultsOf, saveCompany, useCompany, useSaving, type Company as Facts } from "./queries";
import classes from "./Settings.module.css";
import { words } from "./words";

/** What every script says of the company. */
export function Company() {
  const company = useCompany();
  return <Shown query={company}>{(kept) => <CompanyForm key={JSON.stringify(kept)} kept={kept} />}</Shown>;
}

function CompanyForm({ kept }: { readonly kept: Facts }) {
  const t = useWords(words);
  const may = useMay("edit_settings");
  const [facts, setFacts] = useState<Facts>(kept);
  const saving = useSaving(saveCompany);
  const faults = faultsOf(saving.error);
  const changed = JSON.stringify(facts) !== JSON.stringify(kept);
  const of = (name: keyof Facts) => ({
    value: facts[name],
    error: faults[name],
    readOnly: !may,
    placeholder: t.byScript,
    maxLength: 500,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget;
      setFacts((before) => ({ ...before, [name]: value }));
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    saving.mutate(facts);
  };
  return (
    <Card>
      <form className={classes.form} onSubmit={submit}>
        <Text size="sm" c="dimmed">
          {t.companyHint}
        </Text>
        <TextInput label={t.companyName} description={t.companyNameHint} {...of("company_name")} />
        <TextInput label={t.companyDoes} description={t.companyDoesHint} {...of("company_does")} />
        <TextInput label={t.robotName} {...of("robot_name")} />
        <Textarea
          label={t.introduction}
          description={t.introductionHint}
          autosize
          minRows={2}
          {...of("introduction")}
        />
        <TextInput label={t.numberSource} description={t.numberSourceHint} {...of("number_source")} />
        <TextInput label={t.meetingWith} description={t.meetingWithHint} {...of("meeting_with")} />
        <TextInput label={t.meetingFormat} description={t.meetingFormatHint} {...of("meeting_format")} />
        {may && (
          <Group>
            <Button type="submit" disabled={!changed} loading={saving.isPending}>
              {t.save}
            </Button>
            {changed && (
              <Button variant="default" onClick={() => setFacts(kept)}>
                {t.cancel}
              </Button>
            )}
          </Group>
        )}
      </form>
    </Card>
  );
}
