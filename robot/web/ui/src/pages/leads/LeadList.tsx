import { Button, Checkbox, Group, Select } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";

import type { Column } from "../../shell/DataTable";
import { FoundList } from "../../shell/FoundList";
import { useFormats, useWords } from "../../shell/language";
import { CampaignPicker, useParam } from "../../shell/pickers";
import { useMay } from "../../shell/session";
import { Empty } from "../../shell/states";
import { NAMES, readFilter } from "./filters";
import classes from "./Leads.module.css";
import { Parts } from "./Parts";
import { useLeadCount, useLeads, type Row } from "./queries";
import { Typed } from "./Typed";
import { CONSENT_STATES, OUTCOMES, STATUSES, words } from "./words";

/** Everybody the robot knows of; the latest first. */
export function LeadList() {
  const t = useWords(words);
  const [search, setSearch] = useSearchParams();
  const filter = useMemo(() => readFilter(search), [search]);
  const asked = Object.keys(filter).length > 0;
  const found = useLeads(filter);
  const counted = useLeadCount(filter);
  const columns = useColumns();
  const mayEdit = useMay("edit_leads");
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const clear = () => setSearch(new URLSearchParams(), { replace: true });
  const bring = (
    <Button component={Link} to="/leads/import" size="xs" leftSection={<IconUpload size={14} />}>
      {t.bring}
    </Button>
  );
  return (
    <Parts
      about={counted.data && t.found(counted.data.count, counted.data.more)}
      actions={
        <>
          <CampaignPicker />
          {mayEdit && bring}
        </>
      }
    >
      <Filters clear={asked && NAMES.some((name) => search.has(name)) ? clear : null} />
      <FoundList
        found={found}
        rows={rows}
        label={t.list}
        columns={columns}
        rowKey={(row) => row.id}
        rowLink={(row) => `/leads/${String(row.id)}`}
        whenEmpty={
          <Empty
            title={asked ? t.nothingFound : t.noLeads}
            hint={asked ? t.nothingFoundHint : t.noLeadsHint}
            action={!asked && mayEdit && bring}
          />
        }
      />
    </Parts>
  );
}

function Filters({ clear }: { readonly clear: (() => void) | null }) {
  const t = useWords(words);
  const [text, setText] = useParam("words");
  const [status, setStatus] = useParam("status");
  const [consent, setConsent] = useParam("consent");
  const [stopped, setStopped] = useParam("stopped");
  return (
    <search>
      <Group gap="xs">
        <Typed label={t.who} hint={t.whoHint} value={text} set={setText} />
        <Select
          aria-label={t.status}
          placeholder={t.anyStatus}
          data={[
            { group: t.now, items: STATUSES.map((one) => ({ value: one, label: t.statuses[one] })) },
            { group: t.cameTo, items: OUTCOMES.map((one) => ({ value: one, label: t.outcome[one] })) },
          ]}
          value={status === "" ? null : status}
          onChange={(value) => setStatus(value ?? "")}
          clearable
          w={210}
        />
        <Select
          aria-label={t.consent}
          placeholder={t.anyConsent}
          data={CONSENT_STATES.map((one) => ({ value: one, label: t.consentStates[one] }))}
          value={consent === "" ? null : consent}
          onChange={(value) => setConsent(value ?? "")}
          clearable
          w={190}
        />
        <Checkbox
          label={t.onlyStopped}
          checked={stopped === "1"}
          onChange={(event) => setStopped(event.currentTarget.checked ? "1" : "")}
        />
        {clear !== null && (
          <Button variant="subtle" color="gray" size="xs" onClick={clear}>
            {t.clear}
          </Button>
        )}
      </Group>
    </search>
  );
}

function useColumns(): Column<Row>[] {
  const t = useWords(words);
  const f = useFormats();
  return [
    {
      key: "who",
      title: t.lead,
      width: "minmax(0, 1.5fr)",
      cell: (row) => (
        <span className={classes.two}>
          <span>{row.name || t.nameless}</span>
          <small>{[row.company, row.phone].filter(Boolean).join(" · ")}</small>
        </span>
      ),
    },
    {
      key: "status",
      title: t.status,
      width: "minmax(0, 1.3fr)",
      cell: (row) => (
        <span className={classes.two}>
          <StatusText row={row} />
          <small>{row.task?.reason ?? ""}</small>
        </span>
      ),
    },
    { key: "campaign", title: t.campaign, width: "minmax(0, 1fr)", wide: true, cell: (row) => row.task?.campaign_title },
    { key: "city", title: t.city, width: "minmax(0, 0.8fr)", wide: true, cell: (row) => row.city },
    {
      key: "consent",
      title: t.consent,
      width: "110px",
      wide: true,
      cell: (row) => <span data-consent={row.consent} className={classes.consent}>{t.consentShort[row.consent]}</span>,
    },
    { key: "dials", title: t.dials, width: "76px", align: "end", wide: true, cell: (row) => row.task?.attempts ?? "" },
    { key: "came", title: t.came, width: "120px", align: "end", wide: true, cell: (row) => f.moment(row.created_at) },
  ]; // prettier-ignore
}

/** The one thing to know of a lead: that nobody calls him, or where he stands. */
export function StatusText({ row }: { readonly row: Row }) {
  const t = useWords(words);
  if (row.stopped) return <span className={classes.stopped}>{t.isStopped}</span>;
  if (row.task === null) return <span className={classes.quiet}>{t.noTask}</span>;
  if (row.task.outcome !== null) return <span>{t.outcome[row.task.outcome]}</span>;
  return <span>{t.statuses[row.task.state]}</span>;
}
