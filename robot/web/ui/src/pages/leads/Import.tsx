import { Alert, Button, Group, Progress, Select, Text } from "@mantine/core";
import { IconArrowRight, IconDownload, IconRefresh } from "@tabler/icons-react";
import { useEffect } from "react";
import { Link } from "react-router";

import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useCampaigns, useParam } from "../../shell/pickers";
import { useMay } from "../../shell/session";
import { Empty, Failure, Loading } from "../../shell/states";
import { DropFile } from "./DropFile";
import { ImportRows } from "./ImportRows";
import classes from "./Leads.module.css";
import { Parts } from "./Parts";
import { imported, isWorking, useJob, useStartImport, useUpload, type Job } from "./queries";
import { words } from "./words";

/** A list into a campaign: a file, what would become of each row, and then for good. */
export function Import() {
  const t = useWords(words);
  const mayEdit = useMay("edit_leads");
  const [id, setId] = useParam("job");
  const job = useJob(id);
  if (!mayEdit) {
    return (
      <Parts>
        <Empty title={t.noRight} />
      </Parts>
    );
  }
  return (
    <Parts>
      {id === "" && <Choose took={(made) => setId(made.id)} />}
      {id !== "" && job.data === undefined && job.error === null && <Loading rows={6} />}
      {job.error !== null && (
        <>
          <Failure error={job.error} />
          <Group>
            <Another again={() => setId("")} />
          </Group>
        </>
      )}
      {job.error === null && job.data !== undefined && <Begun job={job.data} again={() => setId("")} />}
    </Parts>
  );
}

function Choose({ took }: { readonly took: (job: Job) => void }) {
  const t = useWords(words);
  const campaigns = useCampaigns();
  const [asked, choose] = useParam("campaign");
  const offered = campaigns.data ?? [];
  const campaign = offered.some((one) => one.slug === asked) ? asked : (offered[0]?.slug ?? "");
  const upload = useUpload();
  return (
    <Card title={t.importTitle}>
      <div className={classes.choose}>
        <Select
          label={t.whichCampaign}
          data={offered.map((one) => ({ value: one.slug, label: one.title }))}
          value={campaign}
          allowDeselect={false}
          onChange={(value) => choose(value ?? "")}
          maw={360}
        />
        <DropFile
          hint={t.fileHint}
          loading={upload.isPending}
          disabled={campaign === ""}
          take={(file) => upload.mutate({ file, campaign }, { onSuccess: took })}
        />
        {upload.error !== null && (
          <Alert color="red" variant="light" role="alert">
            {upload.error.message}
          </Alert>
        )}
        <Text size="sm" c="dimmed">
          {t.columnsHint}
        </Text>
      </div>
    </Card>
  );
}

function Another({ again }: { readonly again: () => void }) {
  const t = useWords(words);
  return (
    <Button variant="default" size="xs" leftSection={<IconRefresh size={14} />} onClick={again}>
      {t.another}
    </Button>
  );
}

function Begun({ job, again }: { readonly job: Job; readonly again: () => void }) {
  const t = useWords(words);
  const done = job.phase === "done";
  useEffect(() => {
    if (done) void imported();
  }, [done]);
  const aside = isWorking(job) ? undefined : <Another again={again} />;
  return (
    <>
      <Card title={job.name || t.file} aside={aside}>
        <Text size="sm" c="dimmed" mb="sm">
          {t.into(job.campaign_title)}
          {job.rows > 0 && `, ${t.rowsIn(job.rows, t.encodings[job.encoding] ?? job.encoding)}`}
        </Text>
        {isWorking(job) && <Going job={job} />}
        {job.problem !== "" && (
          <Alert color="red" variant="light" role="alert" mb="sm">
            {job.problem}
          </Alert>
        )}
        {job.can_start && <Start job={job} />}
        {done && <Done job={job} />}
        {job.columns.length > 0 && <Columns job={job} />}
      </Card>
      {(job.phase === "ready" || done) && <ImportRows job={job} />}
    </>
  );
}

function Going({ job }: { readonly job: Job }) {
  const t = useWords(words);
  const f = useFormats();
  const share = job.total === 0 ? 0 : (100 * job.done) / job.total;
  const label = t.phases[job.phase];
  return (
    <div role="status">
      <Text size="sm" mb={6}>
        {label}
        {job.total > 0 && ` ${t.outOf(f.number(job.done), f.number(job.total))}`}
      </Text>
      <Progress value={job.phase === "reading" ? 100 : share} animated aria-label={label} />
    </div>
  );
}

function Start({ job }: { readonly job: Job }) {
  const t = useWords(words);
  const start = useStartImport(job.id);
  const fresh = (job.kinds.queued ?? 0) + (job.kinds.later ?? 0);
  return (
    <Group gap="sm" mb="sm">
      <Button loading={start.isPending} onClick={() => start.mutate()}>
        {job.phase === "failed" ? t.startAgain : t.start(fresh)}
      </Button>
      <Text size="sm" c="dimmed">
        {fresh === 0 ? t.nobodyNew : t.notYet}
      </Text>
    </Group>
  );
}

function Done({ job }: { readonly job: Job }) {
  const t = useWords(words);
  const fresh = (job.kinds.queued ?? 0) + (job.kinds.later ?? 0);
  return (
    <Group gap="sm" mb="sm" role="status">
      <Text fw={500}>{t.doneWith(fresh)}</Text>
      <Button
        component={Link}
        to={`/leads?campaign=${encodeURIComponent(job.campaign)}`}
        size="xs"
        variant="light"
        rightSection={<IconArrowRight size={14} />}
      >
        {t.seeThem}
      </Button>
      <Button
        component="a"
        href={`/api/leads/imports/${job.id}/report`}
        download
        size="xs"
        variant="default"
        leftSection={<IconDownload size={14} />}
      >
        {t.report}
      </Button>
    </Group>
  );
}

/** What each column of the file was taken for. */
function Columns({ job }: { readonly job: Job }) {
  const t = useWords(words);
  return (
    <div className={classes.columns} aria-label={t.columns} role="group">
      {job.columns.map((column, place) => {
        const meaning = t.meanings[column.meaning];
        return (
          <span key={`${column.header}${String(place)}`} data-known={meaning !== undefined || undefined}>
            {column.header || "—"}
            <small>{meaning ?? (column.meaning === "" ? t.leftOut : t.asField)}</small>
          </span>
        );
      })}
    </div>
  );
}
