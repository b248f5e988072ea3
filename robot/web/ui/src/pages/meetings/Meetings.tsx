import { ActionIcon, Button, Group, Select } from "@mantine/core";
import { IconCalendarEvent, IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask, type Schemas } from "../../shell/client";
import { Frame } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useFresh } from "../../shell/live";
import { useParam } from "../../shell/pickers";
import { Empty, Shown } from "../../shell/states";
import { mondayOf, shifted } from "./days";
import { Week } from "./Week";
import { words } from "./words";

export type ManagerWeek = Schemas["ManagerWeekOut"];

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export default function Meetings() {
  const t = useWords(words);
  const f = useFormats();
  const present = mondayOf(new Date());
  const [told, choose] = useParam("week", present);
  const monday = /^\d{4}-\d{2}-\d{2}$/.test(told) ? mondayOf(new Date(`${told}T12:00`)) : present;
  const [whose, setWhose] = useParam("manager");
  const key = ["meetings", monday];
  const week = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      ask(api.GET("/api/meetings", { params: { query: { since: monday, days: 7, timezone: ZONE } }, signal })),
    placeholderData: keepPreviousData,
  });
  useFresh("campaigns", key);
  const managers = week.data?.managers ?? [];
  return (
    <Frame
      title={t.title}
      about={`${f.day(monday)} — ${f.day(shifted(monday, 6))}`}
      actions={
        <Group gap="xs">
          <Select
            aria-label={t.manager}
            size="xs"
            data={[
              { value: "", label: t.everybody },
              ...managers.map((one) => ({ value: String(one.id), label: one.name })),
            ]}
            value={whose}
            onChange={(value) => setWhose(value ?? "")}
            allowDeselect={false}
          />
          <Group gap={2} role="group" aria-label={t.week}>
            <ActionIcon aria-label={t.before} onClick={() => choose(shifted(monday, -7))}>
              <IconChevronLeft size={18} />
            </ActionIcon>
            <Button size="xs" variant="default" disabled={monday === present} onClick={() => choose(present)}>
              {t.now}
            </Button>
            <ActionIcon aria-label={t.after} onClick={() => choose(shifted(monday, 7))}>
              <IconChevronRight size={18} />
            </ActionIcon>
          </Group>
        </Group>
      }
    >
      <Shown
        query={week}
        empty={(data) => data.managers.length === 0}
        whenEmpty={<Empty icon={IconCalendarEvent} title={t.nobody} hint={t.nobodyHint} />}
      >
        {(data) => (
          <Week monday={monday} managers={data.managers.filter((one) => whose === "" || String(one.id) === whose)} />
        )}
      </Shown>
    </Frame>
  );
}
