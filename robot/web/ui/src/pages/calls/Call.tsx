import { Anchor } from "@mantine/core";
import { IconArrowLeft, IconPhoneOff } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { Link, useParams, useSearchParams } from "react-router";

import { Card, Frame } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { Empty, Loading, Shown } from "../../shell/states";
import { About } from "./About";
import classes from "./Calls.module.css";
import { Comments } from "./Comments";
import { Deliveries } from "./Deliveries";
import { usePlayer } from "./player";
import { PlayerCard } from "./PlayerCard";
import { useCall, type Whole } from "./queries";
import type { Sound } from "./sound";
import { Transcript } from "./Transcript";
import { words } from "./words";

/** One call with all that is known of it. `?at=12300` begins to play at that millisecond. */
export function Call() {
  const { id = "" } = useParams();
  const t = useWords(words);
  const f = useFormats();
  const call = useCall(id);
  const row = call.data?.call;
  return (
    <Frame
      title={row === undefined ? t.title : row.name || t.nobody}
      about={row && [row.company, f.moment(row.started_at)].filter(Boolean).join(", ")}
      actions={
        <Anchor component={Link} to="/calls" size="sm" className={classes.back}>
          <IconArrowLeft size={16} aria-hidden /> {t.back}
        </Anchor>
      }
    >
      <Shown query={call} loading={<Loading rows={8} height={40} />}>
        {(whole) => <There key={id} whole={whole} renew={() => call.refetch()} />}
      </Shown>
    </Frame>
  );
}

function There({ whole, renew }: { readonly whole: Whole; readonly renew: () => unknown }) {
  const t = useWords(words);
  const player = usePlayer(whole.recording?.sound ?? null);
  useStart(player?.sound ?? null);
  return (
    <div className={classes.call}>
      <div className={classes.main}>
        {player !== null && whole.recording !== null && (
          <PlayerCard whole={whole} recording={whole.recording} player={player} renew={renew} />
        )}
        {whole.recording === null && whole.turns.length > 0 && (
          <Card>
            <Empty title={t.noRecording} hint={t.noRecordingHint} />
          </Card>
        )}
        {whole.turns.length > 0 ? (
          <Transcript whole={whole} player={player} />
        ) : (
          <Card>
            <Empty icon={IconPhoneOff} title={t.noTalk} hint={t.noTalkHint} />
          </Card>
        )}
      </div>
      <aside className={classes.aside}>
        <About whole={whole} />
        <Comments whole={whole} player={player} />
        <Deliveries items={whole.deliveries} />
      </aside>
    </div>
  );
}

/** Where the link that led here says, once. */
function useStart(sound: Sound | null): void {
  const [search] = useSearchParams();
  const done = useRef(false);
  const at = search.get("at") ?? "";
  useEffect(() => {
    if (done.current || sound === null || !/^\d{1,8}$/.test(at)) return;
    done.current = true;
    sound.playFrom(Number(at));
  }, [at, sound]);
}
