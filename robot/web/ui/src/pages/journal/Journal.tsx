import { Button, Select } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { api, ask, type Schemas } from "../../shell/client";
import { Card, Frame } from "../../shell/Frame";
import { useFormats, useSay, useWords } from "../../shell/language";
import { useParam } from "../../shell/pickers";
import { Empty, Failure, Loading } from "../../shell/states";
import type { Both } from "../../shell/words";
import classes from "./Journal.module.css";
import { changes, fields, values, words } from "./words";

type Change = Schemas["ChangeOut"];
type Value = Change["before"][string];

const WHAT: Readonly<Record<string, Both<string>>> = changes;
const FIELD: Readonly<Record<string, Both<string>>> = fields;
const VALUE: Readonly<Record<string, Both<string>>> = values;

function useChanges(what: string) {
  return useInfiniteQuery({
    queryKey: ["journal", what],
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET("/api/journal", { params: { query: { what, after: pageParam } }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => (page.next === "" ? undefined : page.next),
  });
}

/** Who changed what, the newest first. */
export default function Journal() {
  const t = useWords(words);
  const say = useSay();
  const [what, setWhat] = useParam("what");
  const found = useChanges(what);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const picker = (
    <Select
      aria-label={t.what}
      placeholder={t.all}
      w={240}
      size="xs"
      clearable
      searchable
      data={Object.entries(WHAT).map(([value, title]) => ({ value, label: say(title) }))}
      value={what === "" ? null : what}
      onChange={(value) => setWhat(value ?? "")}
    />
  );
  return (
    <Frame title={t.title} about={t.about} actions={picker}>
      {found.error !== null && <Failure error={found.error} again={() => found.refetch()} />}
      {found.isPending && <Loading rows={8} height={36} />}
      {found.data !== undefined && (
        <Card flush>
          {items.length === 0 ? (
            <Empty title={t.empty} hint={t.emptyHint} />
          ) : (
            <ol className={classes.list}>
              {items.map((change) => (
                <Line key={change.id} change={change} />
              ))}
            </ol>
          )}
        </Card>
      )}
      {found.hasNextPage && (
        <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t.more}
        </Button>
      )}
    </Frame>
  );
}

function Line({ change }: { readonly change: Change }) {
  const f = useFormats();
  const say = useSay();
  const named = WHAT[change.what];
  const names = [...new Set([...Object.keys(change.before), ...Object.keys(change.after)])];
  return (
    <li className={classes.line}>
      <time dateTime={change.at}>{f.moment(change.at)}</time>
      <div className={classes.what}>
        <span>
          <strong>{named === undefined ? change.what : say(named)}</strong>
          {change.subject !== "" && <> · {change.subject}</>}
        </span>
        {names.map((name) => (
          <Difference key={name} name={name} change={change} />
        ))}
      </div>
      <span className={classes.who}>{change.who}</span>
    </li>
  );
}

function Difference({ name, change }: { readonly name: string; readonly change: Change }) {
  const say = useSay();
  const shown = useValue();
  const title = FIELD[name];
  return (
    <small>
      {title === undefined ? name : say(title)}: {name in change.before && <del>{shown(change.before[name])}</del>}
      {name in change.before && name in change.after && " → "}
      {name in change.after && <ins>{shown(change.after[name])}</ins>}
    </small>
  );
}

function useValue(): (value: Value | undefined) => string {
  const t = useWords(words);
  const say = useSay();
  const f = useFormats();
  return (value) => {
    if (value === null || value === undefined || value === "") return t.nothing;
    if (typeof value === "boolean") return value ? t.yes : t.no;
    if (typeof value === "number") return f.number(value);
    const known = VALUE[value];
    return known === undefined ? value : say(known);
  };
}
