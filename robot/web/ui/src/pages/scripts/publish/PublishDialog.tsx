import { Alert, Button, Group, Modal, Progress, Stack, Text, Textarea } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "../../../shell/client";
import { useFormats, useWords } from "../../../shell/language";
import { queries } from "../../../shell/queries";
import { Failure, Shown } from "../../../shell/states";
import { draftKey, type Desk } from "../draft/useDraft";
import { useScript } from "../queries";
import type { Draft, Finding, Job } from "../wire";
import { Diff } from "./Diff";
import classes from "./Publish.module.css";
import { useDiff } from "./useDiff";
import { ended, useJob } from "./useJob";
import { words } from "./words";

interface PublishProps {
  readonly name: string;
  readonly desk: Desk;
  readonly draft: Draft;
  readonly opened: boolean;
  readonly close: () => void;
}

/** What will change, what the check says, a note; then how far the publication is, and what came of it. */
export function PublishDialog(props: PublishProps) {
  const t = useWords(words);
  const { opened, close } = props;
  return (
    <Modal opened={opened} onClose={close} title={t.title} size="lg">
      <Inside {...props} />
    </Modal>
  );
}

function Inside({ name, desk, draft, close, opened }: PublishProps) {
  const t = useWords(words);
  const [note, setNote] = useState("");
  const diff = useDiff(name, "", draft.revision, opened && draft.base !== null);
  const begun = useMutation({
    mutationFn: async () => {
      await desk.flush();
      const { revision } = queries.getQueryData<Draft>(draftKey(name)) ?? draft;
      return ask(api.POST("/api/scripts/{name}/publish", { params: { path: { name } }, body: { revision, note } }));
    },
  });
  const job = useJob(name, begun.data?.id ?? null);
  const state = job.data ?? begun.data;
  if (state !== undefined) {
    return ended(state) ? <Ended name={name} job={state} close={close} /> : <UnderWay job={state} />;
  }
  const errors = draft.findings.filter((one) => one.severity === "error");
  return (
    <Stack>
      <Check findings={draft.findings} errors={errors.length} />
      {draft.base === null ? (
        <Text size="sm">{t.first}</Text>
      ) : (
        <section className={classes.diff} aria-label={t.changes}>
          <h3>{t.changes}</h3>
          <Shown query={diff}>{(changes) => <Diff changes={changes} />}</Shown>
        </section>
      )}
      <Textarea
        data-autofocus
        label={t.note}
        placeholder={t.noteHint}
        maxLength={500}
        autosize
        minRows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {begun.error !== null && <Failure error={begun.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t.cancel}
        </Button>
        <Button loading={begun.isPending} disabled={errors.length > 0} onClick={() => begun.mutate()}>
          {t.publish}
        </Button>
      </Group>
    </Stack>
  );
}

function Check({ findings, errors }: { readonly findings: readonly Finding[]; readonly errors: number }) {
  const t = useWords(words);
  const shown = errors > 0 ? findings.filter((one) => one.severity === "error") : findings;
  const title = errors > 0 ? t.blocked(errors) : findings.length > 0 ? t.warned(findings.length) : t.checked;
  const Sign = findings.length === 0 ? IconCircleCheck : IconAlertTriangle;
  return (
    <Alert
      variant="light"
      color={errors > 0 ? "red" : findings.length > 0 ? "yellow" : "accent"}
      icon={<Sign size={18} />}
      title={title}
    >
      {shown.slice(0, MOST).map((one, index) => (
        <p key={index} className={classes.finding}>
          {one.phrase !== "" && <strong>{one.phrase}: </strong>}
          {one.message}. {one.remedy}
        </p>
      ))}
    </Alert>
  );
}

const MOST = 5;

function UnderWay({ job }: { readonly job: Job }) {
  const t = useWords(words);
  const f = useFormats();
  const states: Readonly<Record<string, string>> = t.states;
  const share = job.total === 0 ? 100 : (100 * job.done) / job.total;
  return (
    <Stack gap="xs" role="status" py="md">
      <Group justify="space-between">
        <Text>{states[job.state] ?? job.state}</Text>
        {job.total > 0 && <Text c="dimmed">{t.ofTotal(f.number(job.done), f.number(job.total))}</Text>}
      </Group>
      <Progress
        value={share}
        animated={job.total === 0}
        striped={job.total === 0}
        aria-label={states[job.state] ?? job.state}
      />
    </Stack>
  );
}

/** Also of a version that was restored. */
export function Ended({ name, job, close }: { readonly name: string; readonly job: Job; readonly close: () => void }) {
  const t = useWords(words);
  const followers = useScript(name).data?.campaigns ?? [];
  if (job.state === "done" && job.version !== null) {
    const { version } = job.version;
    return (
      <Stack align="center" ta="center" py="md" role="status">
        <IconCircleCheck size={40} stroke={1.5} className={classes.accent} aria-hidden />
        <Text fw={600} size="lg">
          {t.done(version)}
        </Text>
        <Text c="dimmed">{t.doneHint}</Text>
        {followers.map((one) =>
          one.pinned == null || one.pinned === version ? null : (
            <Text key={one.slug} size="sm" className={classes.warn}>
              {t.pinned(one.title, one.pinned)}
            </Text>
          ),
        )}
        <Button onClick={close}>{t.close}</Button>
      </Stack>
    );
  }
  return (
    <Stack>
      <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={t.failed} role="alert">
        {job.problem}
        {job.findings.map((one, index) => (
          <p key={index} className={classes.finding}>
            {one.message}. {one.remedy}
          </p>
        ))}
        {job.unspoken.map((one) => (
          <p key={one.text} className={classes.finding}>
            {t.unspoken}: «{one.text}» — {one.problem}
          </p>
        ))}
      </Alert>
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t.close}
        </Button>
      </Group>
    </Stack>
  );
}
