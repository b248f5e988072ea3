import { useParams } from "react-router";

import { Frame } from "../../shell/Frame";
import { useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { Empty, Loading, Shown } from "../../shell/states";
import { CallList } from "./CallList";
import classes from "./Live.module.css";
import { useHeard, useLiveCalls } from "./queries";
import { Talk } from "./Talk";
import { Telephone } from "./Telephone";
import { words } from "./words";

/** Who is on the line, and one talk as it is spoken: /live/ID. */
export default function Live() {
  const t = useWords(words);
  const calls = useLiveCalls();
  const heard = useHeard();
  const chosen = useParams()["*"] ?? "";
  const takes = useMay("take_calls");
  const items = calls.data ?? [];
  const talking = items.filter((one) => one.call.answered_at !== null).length;
  return (
    <Frame
      title={t.title}
      about={items.length > 0 ? t.about(talking, items.length - talking) : undefined}
      actions={takes ? <Telephone /> : undefined}
    >
      <Shown
        query={calls}
        loading={<Loading rows={4} height={64} />}
        empty={(found) => found.length === 0 && chosen === ""}
        whenEmpty={<Empty title={t.empty} hint={t.emptyHint} />}
      >
        {(found) => (
          <div className={classes.columns} data-chosen={chosen !== "" || undefined}>
            <CallList calls={found} heard={heard} chosen={chosen} />
            <Talk
              key={chosen}
              id={chosen}
              call={found.find((one) => one.call.id === chosen)}
              told={heard[chosen] ?? []}
            />
          </div>
        )}
      </Shown>
    </Frame>
  );
}
