import { Anchor } from "@mantine/core";
import { useMemo, useState } from "react";

import { DataTable, type Column } from "../../shell/DataTable";
import { useFormats, useWords } from "../../shell/language";
import { Failure, Loading } from "../../shell/states";
import classes from "./Leads.module.css";
import { useJobRows, type Job, type JobRow } from "./queries";
import { KINDS, words } from "./words";

type Kind = JobRow["kind"];

/** What becomes of each row: counted by kind, and row by row. */
export function ImportRows({ job }: { readonly job: Job }) {
  const t = useWords(words);
  const f = useFormats();
  const [kind, setKind] = useState<Kind | null>(null);
  const found = useJobRows(job, kind);
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const there = KINDS.filter((one) => (job.kinds[one] ?? 0) > 0);
  const chip = (value: Kind | null, name: string, count: number) => (
    <button
      key={value ?? "all"}
      type="button"
      className={classes.chip}
      data-kind={value ?? undefined}
      aria-pressed={kind === value}
      onClick={() => setKind(value)}
    >
      <strong>{f.number(count)}</strong>
      <span>{name}</span>
    </button>
  );
  const columns: Column<JobRow>[] = [
    { key: "line", title: t.line, width: "64px", align: "end", cell: (row) => f.number(row.line) },
    { key: "phone", title: t.phone, width: "minmax(0, 0.9fr)", cell: (row) => row.phone || "—" },
    { key: "name", title: t.name, width: "minmax(0, 1fr)", wide: true, cell: (row) => row.name },
    {
      key: "kind",
      title: t.becomes,
      width: "minmax(0, 2fr)",
      cell: (row) => (
        <span className={classes.became}>
          <span data-kind={row.kind}>{t.rowKinds[row.kind]}</span>
          {row.why !== "" && <small>{row.why}</small>}
        </span>
      ),
    },
  ];
  return (
    <>
      <div className={classes.chips} role="group" aria-label={t.byKind}>
        {chip(null, t.allRows, job.rows)}
        {there.map((one) => chip(one, t.rowKinds[one], job.kinds[one] ?? 0))}
      </div>
      {job.phase === "ready" && (
        <Anchor href={`/api/leads/imports/${job.id}/report`} download size="sm">
          {t.report}
        </Anchor>
      )}
      {found.error !== null && <Failure error={found.error} again={() => found.refetch()} />}
      {found.data === undefined && found.error === null && <Loading />}
      {rows.length > 0 && (
        <DataTable
          label={t.rowsTable}
          rows={rows}
          columns={columns}
          rowKey={(row) => row.line}
          rowHeight={48}
          more={{ there: found.hasNextPage, loading: found.isFetchingNextPage, load: () => found.fetchNextPage() }}
        />
      )}
    </>
  );
}
