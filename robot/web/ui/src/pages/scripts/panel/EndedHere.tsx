import { ActionIcon, Button } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useState } from "react";

import { useFormats, useWords } from "../../../shell/language";
import { useMay } from "../../../shell/session";
import { Empty, Failure, Loading } from "../../../shell/states";
import type { Call } from "../wire";
import { codes } from "../words";
import { useLostCalls } from "./calls";
import type { PanelProps } from "./Panel";
import classes from "./Panel.module.css";
import { Player } from "./Player";
import { words } from "./words-calls";

/** The calls that ended at this phrase, each to be heard from that second. */
export function EndedHere({ script, phrase, slice }: PanelProps) {
  const t = useWords(words);
  const calls = useLostCalls(script, phrase, slice);
  const [playing, setPlaying] = useState("");
  if (calls.data === undefined) {
    return calls.error === null ? <Loading /> : <Failure error={calls.error} again={() => calls.refetch()} />;
  }
  const rows = calls.data.pages.flatMap((page) => page.items);
  if (rows.length === 0 && !calls.hasNextPage) return <Empty title={t.none} hint={t.noneHint} />;
  return (
    <>
      <ul className={classes.calls} aria-label={t.endedHere}>
        {rows.map((call) => (
          <OneCall key={call.id} call={call} open={playing === call.id} play={() => setPlaying(call.id)} />
        ))}
      </ul>
      {calls.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          loading={calls.isFetchingNextPage}
          onClick={() => void calls.fetchNextPage()}
        >
          {t.more}
        </Button>
      )}
    </>
  );
}

interface OneCallProps {
  readonly call: Call;
  readonly open: boolean;
  readonly play: () => void;
}

function OneCall({ call, open, play }: OneCallProps) {
  const t = useWords(words);
  const c = useWords(codes);
  const f = useFormats();
  const hears = useMay("hear_calls");
  const at = call.lost?.at_ms ?? call.last_ms;
  const who = call.name || call.company || call.phone || t.unknown;
  const how =
    call.lost === null ? (call.outcome === null ? "" : (c.outcome[call.outcome] ?? "")) : (c.how[call.lost.how] ?? "");
  return (
    <li className={classes.call} data-open={open || undefined}>
      <div className={classes.callHead}>
        {hears && (
          <ActionIcon
            variant="light"
            color="accent"
            radius="xl"
            size="lg"
            disabled={!call.recorded}
            aria-label={call.recorded ? t.playFrom(who, f.clock(at / 1000)) : t.noRecording}
            onClick={play}
          >
            <IconPlayerPlayFilled size={15} />
          </ActionIcon>
        )}
        <div className={classes.callWho}>
          <strong>{who}</strong>
          <small>{[how, call.name === "" ? "" : call.company].filter((one) => one !== "").join(" · ")}</small>
        </div>
        <small className={classes.callWhen}>
          <span>{f.moment(call.started_at)}</span>
          {call.length_ms !== null && <span>{f.duration(call.length_ms / 1000)}</span>}
        </small>
      </div>
      {open && <Player call={call.id} fromMs={at} />}
    </li>
  );
}
