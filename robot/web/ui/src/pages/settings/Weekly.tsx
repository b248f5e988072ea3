import { Alert, Button, Group, NumberInput, Select, TagsInput, Text } from "@mantine/core";
import { IconMailOff } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";

import { Card } from "../../shell/Frame";
import { useLanguage, useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { Shown } from "../../shell/states";
import { faultsOf, saveWeekly, useSaving, useWeekly, type WeeklyReport } from "./queries";
import classes from "./Settings.module.css";
import { words } from "./words";

const MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

/** When the report of the week that is over goes out by itself, and to whom. */
export function Weekly() {
  const weekly = useWeekly();
  return <Shown query={weekly}>{(kept) => <WeeklyForm key={JSON.stringify(kept)} kept={kept} />}</Shown>;
}

function WeeklyForm({ kept }: { readonly kept: WeeklyReport }) {
  const t = useWords(words);
  const may = useMay("edit_settings");
  const days = useWeekdays();
  const [to, setTo] = useState(kept.to);
  const [weekday, setWeekday] = useState(kept.weekday);
  const [hour, setHour] = useState(kept.hour);
  const saving = useSaving(saveWeekly);
  const faults = faultsOf(saving.error);
  const changed = JSON.stringify([to, weekday, hour]) !== JSON.stringify([kept.to, kept.weekday, kept.hour]);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    saving.mutate({ weekday, hour, to });
  };
  return (
    <Card>
      <form className={classes.form} onSubmit={submit}>
        <Text size="sm" c="dimmed">
          {t.weeklyHint}
        </Text>
        {!kept.letters && (
          <Alert variant="light" color="gray" icon={<IconMailOff size={18} />} title={t.noMail}>
            {t.noMailHint}
          </Alert>
        )}
        <TagsInput
          label={t.weeklyTo}
          description={t.weeklyToHint}
          value={to}
          error={faults.to}
          readOnly={!may}
          maxTags={20}
          splitChars={[",", ";", " "]}
          acceptValueOnBlur
          onChange={setTo}
        />
        <div className={classes.pair}>
          <Select
            label={t.weeklyDay}
            data={days.map((label, value) => ({ value: String(value), label }))}
            value={String(weekday)}
            allowDeselect={false}
            readOnly={!may}
            onChange={(value) => setWeekday(Number(value ?? 0))}
          />
          <NumberInput
            label={t.weeklyHour}
            value={hour}
            min={0}
            max={23}
            suffix=":00"
            readOnly={!may}
            onChange={(value) => typeof value === "number" && setHour(value)}
          />
        </div>
        {may && (
          <Group>
            <Button type="submit" disabled={!changed} loading={saving.isPending}>
              {t.save}
            </Button>
          </Group>
        )}
      </form>
    </Card>
  );
}

/** Monday first. */
function useWeekdays(): readonly string[] {
  const { language } = useLanguage();
  const names = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, day) => names.format(MONDAY + day * DAY_MS));
}
