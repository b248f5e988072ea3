import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconDownload, IconPlus } from "@tabler/icons-react";
import { useMemo, useState, type SyntheticEvent } from "react";

import { DataTable, type Column } from "../../shell/DataTable";
import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { note } from "../../shell/notes";
import { dayOf } from "../../shell/period";
import { useMay } from "../../shell/session";
import { Empty, Failure, Loading } from "../../shell/states";
import classes from "./Leads.module.css";
import { Lookup } from "./Lookup";
import { Parts } from "./Parts";
import {
  numbered,
  useCheckConsent,
  useConsents,
  useRecord,
  useRevoke,
  type ConsentLine,
  type Numbered,
} from "./queries";
import { words } from "./words";

/** Who agreed to advertising calls, where, when and to which words. */
export function Consents() {
  const t = useWords(words);
  const mayEdit = useMay("edit_leads");
  const [adding, setAdding] = useState(false);
  return (
    <Parts
      about={t.consentsAbout}
      actions={
        mayEdit && (
          <>
            <Button
              size="xs"
              variant="default"
              component="a"
              href="/api/consents/export"
              download
              leftSection={<IconDownload size={14} />}
            >
              {t.export}
            </Button>
            <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
              {t.record}
            </Button>
          </>
        )
      }
    >
      <Check mayEdit={mayEdit} />
      <Ledger />
      <Modal opened={adding} onClose={() => setAdding(false)} title={t.record}>
        <Record done={() => setAdding(false)} />
      </Modal>
    </Parts>
  );
}

function Check({ mayEdit }: { readonly mayEdit: boolean }) {
  const t = useWords(words);
  const check = useCheckConsent();
  const revoke = useRevoke();
  const phone = check.variables ?? "";
  const standing = check.data?.some((line) => line.revoked_at === null) ?? false;
  const error = check.error ?? revoke.error;
  const takeBack = () =>
    revoke.mutate(phone, {
      onSuccess: ({ closed }) => {
        note(t.revokedNow(closed));
        check.mutate(phone);
      },
    });
  return (
    <Card title={t.didHeAgree}>
      <Lookup label={t.number} button={t.look} pending={check.isPending} ask={(asked) => check.mutate(asked)} />
      {error !== null && <Alert color="red" variant="light" role="alert" mt="sm">{error.message}</Alert>}
      {check.data !== undefined && (
        <div role="status" className={classes.answer}>
          {check.data.length === 0 && <Text fw={500}>{t.neverAgreed}</Text>}
          {check.data.map((line) => (
            <Agreed key={line.given_at + line.source + line.text} line={line} />
          ))}
          {standing && mayEdit && (
            <Group>
              <Button size="xs" variant="default" loading={revoke.isPending} onClick={takeBack}>
                {t.revoke}
              </Button>
              <Text size="sm" c="dimmed">{t.revokeHint}</Text>
            </Group>
          )}
        </div>
      )}
    </Card>
  ); // prettier-ignore
}

function Agreed({ line }: { readonly line: ConsentLine }) {
  const t = useWords(words);
  const f = useFormats();
  return (
    <div>
      <Text fw={500}>
        {line.source}, {f.day(line.given_at)}
        {line.revoked_at !== null && ` — ${t.revokedOn(f.day(line.revoked_at))}`}
      </Text>
      <Text size="sm" c="dimmed">
        {line.text}
      </Text>
    </div>
  );
}

function Ledger() {
  const t = useWords(words);
  const f = useFormats();
  const consents = useConsents();
  const rows = useMemo(() => numbered(consents.data?.pages.flatMap((page) => page.items) ?? []), [consents.data]);
  const columns: Column<Numbered<ConsentLine>>[] = [
    { key: "phone", title: t.phone, width: "minmax(0, 1fr)", cell: (row) => row.phone },
    { key: "source", title: t.source, width: "minmax(0, 1.2fr)", cell: (row) => row.source },
    { key: "text", title: t.wording, width: "minmax(0, 2fr)", wide: true, cell: (row) => row.text },
    { key: "given", title: t.given, width: "100px", align: "end", cell: (row) => f.shortDay(row.given_at) },
    {
      key: "revoked",
      title: t.revoked,
      width: "110px",
      align: "end",
      wide: true,
      cell: (row) => (row.revoked_at === null ? "" : f.shortDay(row.revoked_at)),
    },
  ];
  if (consents.error !== null) return <Failure error={consents.error} again={() => consents.refetch()} />;
  if (consents.data === undefined) return <Loading rows={8} />;
  if (rows.length === 0) return <Empty title={t.noConsents} hint={t.noConsentsHint} />;
  return (
    <DataTable
      label={t.consents}
      rows={rows}
      columns={columns}
      rowKey={(row) => row.place}
      rowLink={(row) => `/leads/${String(row.lead_id)}`}
      more={{ there: consents.hasNextPage, loading: consents.isFetchingNextPage, load: () => consents.fetchNextPage() }}
    />
  );
}

function Record({ done }: { readonly done: () => void }) {
  const t = useWords(words);
  const today = dayOf(new Date(), 0);
  const [given, setGiven] = useState({ phone: "", source: "", day: today, text: "" });
  const record = useRecord();
  const set = (values: Partial<typeof given>) => setGiven((before) => ({ ...before, ...values }));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const { phone, source, day, text } = given;
    const at = day === today ? new Date() : new Date(`${day}T12:00`);
    record.mutate({ phone, source, text, given_at: at.toISOString() }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t.number}
          description={t.recordHint}
          type="tel"
          required
          data-autofocus
          maxLength={40}
          value={given.phone}
          onChange={(event) => set({ phone: event.currentTarget.value })}
        />
        <TextInput
          label={t.source}
          placeholder={t.sourceHint}
          required
          maxLength={200}
          value={given.source}
          onChange={(event) => set({ source: event.currentTarget.value })}
        />
        <TextInput
          label={t.given}
          type="date"
          required
          max={today}
          value={given.day}
          onChange={(event) => set({ day: event.currentTarget.value })}
        />
        <Textarea
          label={t.wording}
          required
          autosize
          minRows={2}
          maxLength={2000}
          value={given.text}
          onChange={(event) => set({ text: event.currentTarget.value })}
        />
        {record.error !== null && <Alert color="red" variant="light" role="alert">{record.error.message}</Alert>}
        <Button type="submit" loading={record.isPending}>
          {t.record}
        </Button>
      </Stack>
    </form>
  ); // prettier-ignore
}
