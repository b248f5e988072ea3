import { Button, SegmentedControl } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";

import { Card, Frame } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useParam } from "../../shell/pickers";
import { Empty, Failure, Loading } from "../../shell/states";
import classes from "./Deliveries.module.css";
import { Line } from "./Line";
import { useDeliveries, useStanding, useUnheard, type State } from "./queries";
import { words } from "./words";

const STATES: readonly State[] = ["parked", "waiting", "delivered", "dropped"];

export default function Deliveries() {
  const t = useWords(words);
  const f = useFormats();
  const [told, choose] = useParam("state", "parked");
  const state = STATES.find((one) => one === told) ?? "parked";
  const standing = useStanding().data;
  const counted = (one: State) => {
    const count = one === "parked" ? standing?.parked : one === "waiting" ? standing?.waiting : undefined;
    return count === undefined || count === 0 ? t[one] : `${t[one]} · ${f.number(count)}`;
  };
  const found = useDeliveries(state);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const well = state === "parked";
  return (
    <Frame
      title={t.title}
      about={t.about}
      actions={
        <SegmentedControl
          aria-label={t.show}
          size="xs"
          value={state}
          data={STATES.map((one) => ({ value: one, label: counted(one) }))}
          onChange={choose}
        />
      }
    >
      {found.error !== null && <Failure error={found.error} again={() => found.refetch()} />}
      {found.isPending && <Loading rows={6} height={48} />}
      {found.data !== undefined && (
        <Card flush>
          {items.length === 0 ? (
            <Empty
              icon={well ? IconCircleCheck : undefined}
              title={well ? t.allWell : t.nothing}
              hint={well ? t.allWellHint : undefined}
            />
          ) : (
            <ol className={classes.list}>
              {items.map((one) => (
                <Line key={one.id} delivery={one} />
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
      {well && <Unheard />}
    </Frame>
  );
}

/** Leads that were to be called and have no number. */
function Unheard() {
  const t = useWords(words);
  const f = useFormats();
  const items = useUnheard().data ?? [];
  if (items.length === 0) return null;
  return (
    <Card title={t.unheard} flush>
      <ol className={classes.list}>
        {items.map((one) => (
          <li key={`${one.source}/${one.lead_ref}/${one.at}`} className={classes.line}>
            <div>
              <strong>{t.target[one.source] ?? one.source}</strong>
              <small>
                {t.lead} {one.lead_ref} · {f.moment(one.at)}
              </small>
            </div>
            <div>
              {one.problem.text}
              <small>
                {t.toDo}: {one.problem.remedy}
              </small>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
