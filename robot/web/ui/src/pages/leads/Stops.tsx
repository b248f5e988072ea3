import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconDownload, IconPlus, IconUpload } from "@tabler/icons-react";
import { useMemo, useState, type SyntheticEvent } from "react";

import { DataTable, type Column } from "../../shell/DataTable";
import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { note } from "../../shell/notes";
import { useMay } from "../../shell/session";
import { Empty, Failure, Loading, Shown } from "../../shell/states";
import classes from "./Leads.module.css";
import { Lookup } from "./Lookup";
import { Parts } from "./Parts";
import { numbered, useCheckStop, useRemovals, useStop, useStops, useUnstop, type Numbered, type Stop } from "./queries";
import { StopsFile } from "./StopsFile";
import { words } from "./words";

type Open = "add" | "file" | "remove" | null;

/** Whom nobody calls, in any campaign. */
export function Stops() {
  const t = useWords(words);
  const mayEdit = useMay("edit_leads");
  const [open, setOpen] = useState<Open>(null);
  const [entry, setEntry] = useState("");
  const close = () => setOpen(null);
  const remove = (chosen: string) => {
    setEntry(chosen);
    setOpen("remove");
  };
  return (
    <Parts
      about={t.stopListAbout}
      actions={
        mayEdit && (
          <>
            <Button size="xs" variant="default" leftSection={<IconUpload size={14} />} onClick={() => setOpen("file")}>
              {t.fromFile}
            </Button>
            <Button
              size="xs"
              variant="default"
              component="a"
              href="/api/stoplist/export"
              download
              leftSection={<IconDownload size={14} />}
            >
              {t.export}
            </Button>
            <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setOpen("add")}>
              {t.addStop}
            </Button>
          </>
        )
      }
    >
      <Check remove={mayEdit ? remove : null} />
      <List remove={mayEdit ? remove : null} />
      <Removals />
      <Modal opened={open === "add"} onClose={close} title={t.addStop}>
        <Add done={close} />
      </Modal>
      <Modal opened={open === "file"} onClose={close} title={t.stopsFromFile} size="lg">
        <StopsFile done={close} />
      </Modal>
      <Modal opened={open === "remove"} onClose={close} title={t.removeStop}>
        <Remove entry={entry} done={close} />
      </Modal>
    </Parts>
  );
}

type RemoveProps = { readonly remove: ((entry: string) => void) | null };

function Check({ remove }: RemoveProps) {
  const t = useWords(words);
  const f = useFormats();
  const check = useCheckStop();
  const asked = check.variables ?? "";
  return (
    <Card title={t.isHeStopped}>
      <Lookup label={t.number} button={t.look} pending={check.isPending} ask={(phone) => check.mutate(phone)} />
      {check.error !== null && <Alert color="red" variant="light" role="alert" mt="sm">{check.error.message}</Alert>}
      {check.data !== undefined && (
        <div role="status" className={classes.answer}>
          {!check.data.stopped && <Text fw={500}>{t.notStopped}</Text>}
          {check.data.entries.map((one) => (
            <Group key={one.entry} gap="sm">
              <Text fw={500}>{t.stoppedBy(one.entry, f.day(one.since))}</Text>
              <Text c="dimmed">{reasonOf(one, t)}</Text>
              {remove !== null && (
                <Button size="compact-sm" variant="default" onClick={() => remove(isPattern(one.entry) ? one.entry : asked)}>
                  {t.removeStop}
                </Button>
              )}
            </Group>
          ))}
        </div>
      )}
    </Card>
  ); // prettier-ignore
}

const isPattern = (entry: string) => entry.endsWith("*") || entry.includes("?");

function reasonOf(stop: Stop, t: { readonly asked: string; readonly erased: string }): string {
  const known: Readonly<Record<string, string>> = { asked_to_stop: t.asked, erased: t.erased };
  return known[stop.reason] ?? stop.reason;
}

function List({ remove }: RemoveProps) {
  const t = useWords(words);
  const f = useFormats();
  const stops = useStops();
  const rows = useMemo(() => numbered(stops.data?.pages.flatMap((page) => page.items) ?? []), [stops.data]);
  const columns: Column<Numbered<Stop>>[] = [
    { key: "entry", title: t.numberOrPattern, width: "minmax(0, 1fr)", cell: (row) => row.entry },
    { key: "reason", title: t.reason, width: "minmax(0, 1.6fr)", cell: (row) => reasonOf(row, t) },
    { key: "since", title: t.since, width: "132px", align: "end", wide: true, cell: (row) => f.moment(row.since) },
    {
      key: "remove",
      title: "",
      width: "92px",
      align: "end",
      cell: (row) =>
        remove !== null &&
        isPattern(row.entry) && (
          <Button size="compact-xs" variant="subtle" onClick={() => remove(row.entry)}>
            {t.take}
          </Button>
        ),
    },
  ];
  if (stops.error !== null) return <Failure error={stops.error} again={() => stops.refetch()} />;
  if (stops.data === undefined) return <Loading rows={8} />;
  if (rows.length === 0) return <Empty title={t.noStops} hint={t.noStopsHint} />;
  return (
    <DataTable
      label={t.stopList}
      rows={rows}
      columns={columns}
      rowKey={(row) => row.place}
      more={{ there: stops.hasNextPage, loading: stops.isFetchingNextPage, load: () => stops.fetchNextPage() }}
    />
  );
}

function Add({ done }: { readonly done: () => void }) {
  const t = useWords(words);
  const [entry, setEntry] = useState("");
  const [reason, setReason] = useState("");
  const stop = useStop();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    stop.mutate(
      { entry, reason },
      {
        onSuccess: ({ closed }) => {
          note(t.stoppedNow(closed));
          done();
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t.numberOrPattern}
          description={t.patternHint}
          required
          data-autofocus
          maxLength={200}
          value={entry}
          onChange={(event) => setEntry(event.currentTarget.value)}
        />
        <TextInput
          label={t.reason}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {stop.error !== null && <Alert color="red" variant="light" role="alert">{stop.error.message}</Alert>}
        <Button type="submit" loading={stop.isPending}>
          {t.toStopList}
        </Button>
      </Stack>
    </form>
  ); // prettier-ignore
}

function Remove({ entry, done }: { readonly entry: string; readonly done: () => void }) {
  const t = useWords(words);
  const [reason, setReason] = useState("");
  const unstop = useUnstop();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    unstop.mutate({ entry, reason }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t.removeHint(entry)}</Text>
        <TextInput
          label={t.reason}
          required
          data-autofocus
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {unstop.error !== null && <Alert color="red" variant="light" role="alert">{unstop.error.message}</Alert>}
        <Button type="submit" loading={unstop.isPending}>
          {t.removeStop}
        </Button>
      </Stack>
    </form>
  ); // prettier-ignore
}

/** Who took what off the list. */
function Removals() {
  const t = useWords(words);
  const f = useFormats();
  const removals = useRemovals();
  if (removals.data?.length === 0) return null;
  return (
    <Card title={t.removed}>
      <Shown query={removals}>
        {(items) => (
          <ul className={classes.removals}>
            {items.map((one, place) => (
              <li key={`${one.at}${String(place)}`}>
                <span>{one.entry}</span>
                <span>{one.reason}</span>
                <small>{`${one.by}, ${f.moment(one.at)}`}</small>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Card>
  );
}
