import { Badge, Button } from "@mantine/core";
import { IconMessage, IconPencil } from "@tabler/icons-react";
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import type { Column } from "../../shell/DataTable";
import { FoundList } from "../../shell/FoundList";
import { Frame } from "../../shell/Frame";
import { useFormats, useSay, useWords } from "../../shell/language";
import { reasonName } from "../../shell/names";
import { CampaignPicker, PeriodPicker, usePeriod } from "../../shell/pickers";
import { Empty } from "../../shell/states";
import { useTitles, type Titles } from "../../shell/titles";
import classes from "./Calls.module.css";
import { ALL, changed, count, readFilter, without } from "./filters";
import { Filters } from "./Filters";
import { useCalls, useCount, type Row } from "./queries";
import { words } from "./words";

/** Every call, found by whatever the address says; the newest first. */
export function CallsList() {
  const t = useWords(words);
  const [search, setSearch] = useSearchParams();
  const period = usePeriod("7d");
  const filter = useMemo(() => readFilter(search, period), [search, period]);
  const found = useCalls(filter);
  const counted = useCount(filter);
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const columns = useColumns(useTitles(rows.map((row) => row.script)));
  const asked = count(search, [...ALL, "campaign"]) > 0;
  return (
    <Frame
      title={t.title}
      about={counted.data && t.found(counted.data.count, counted.data.more)}
      actions={
        <>
          <CampaignPicker />
          <PeriodPicker />
        </>
      }
    >
      <Filters />
      <FoundList
        found={found}
        rows={rows}
        label={t.list}
        columns={columns}
        rowKey={(row) => row.id}
        rowLink={(row) => `/calls/${row.id}`}
        whenEmpty={
          <Empty
            title={asked || period.preset !== "all" ? t.nothingFound : t.noCalls}
            hint={asked || period.preset !== "all" ? t.nothingFoundHint : t.noCallsHint}
            action={
              (asked || period.preset !== "all") && (
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => setSearch(changed(without(search, [...ALL, "campaign"]), { period: "all" }))}
                >
                  {t.allTime}
                </Button>
              )
            }
          />
        }
      />
    </Frame>
  );
}

function useColumns(titles: Titles): Column<Row>[] {
  const t = useWords(words);
  const f = useFormats();
  const say = useSay();
  return [
    {
      key: "who",
      title: t.who,
      width: "minmax(0, 1.6fr)",
      cell: (row) => (
        <span className={classes.two}>
          <span>{row.name || t.nobody}</span>
          <small>{[row.company, row.direction === "in" ? t.rangIn : ""].filter(Boolean).join(", ") || row.phone}</small>
        </span>
      ),
    },
    {
      key: "outcome",
      title: t.outcomes,
      width: "minmax(0, 1.4fr)",
      cell: (row) => (
        <span className={classes.two}>
          <OutcomeText row={row} />
          <small>{[reasonName(say, row.reason, row.outcome), row.manager].filter(Boolean).join(", ")}</small>
        </span>
      ),
    },
    {
      key: "where",
      title: t.where,
      width: "minmax(0, 1fr)",
      wide: true,
      cell: (row) => (
        <span className={classes.phrase} data-lost={row.lost !== null || undefined}>
          {titles.phrase(row.script, row.lost?.phrase ?? row.last_phrase)}
        </span>
      ),
    },
    {
      key: "mark",
      title: t.mark,
      width: "minmax(0, 1fr)",
      wide: true,
      cell: (row) =>
        row.mark !== "none" && (
          <span className={classes.two}>
            <span data-mark={row.mark} className={classes.mark}>
              {t.marks[row.mark]}
            </span>
            <small>{row.reasons[0]?.text}</small>
          </span>
        ),
    },
    {
      key: "lasted",
      title: t.lasted,
      width: "72px",
      align: "end",
      cell: (row) => (row.length_ms === null ? "" : f.clock(row.length_ms / 1000)),
    },
    { key: "when", title: t.when, width: "132px", align: "end", wide: true, cell: (row) => f.moment(row.started_at) },
  ];
}

/** The outcome in words, with what people added. */
export function OutcomeText({ row }: { readonly row: Row }) {
  const t = useWords(words);
  if (row.outcome === null) return <Badge variant="light">{t.underWay}</Badge>;
  return (
    <span className={classes.outcome}>
      {t.outcome[row.outcome]}
      {row.corrected && <IconPencil size={14} role="img" aria-label={t.corrected} />}
      {row.comments > 0 && <IconMessage size={14} role="img" aria-label={t.comments(row.comments)} />}
    </span>
  );
}
