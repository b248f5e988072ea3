import { NavLink } from "react-router";

import { useWords } from "../../shell/language";
import { useTitles } from "../../shell/titles";
import { Clock } from "./Clock";
import classes from "./Live.module.css";
import type { LiveCall } from "./queries";
import { linesOf, type Heard } from "./said";
import { words } from "./words";

interface CallListProps {
  readonly calls: readonly LiveCall[];
  readonly heard: Heard;
  readonly chosen: string;
}

export function CallList({ calls, heard, chosen }: CallListProps) {
  const t = useWords(words);
  const titles = useTitles(calls.map(({ call }) => call.script));
  const several = new Set(calls.map(({ call }) => call.campaign)).size > 1;
  return (
    <ul className={classes.list} aria-label={t.calls}>
      {calls.map(({ call, turns, phrase }) => {
        const last = linesOf(turns, heard[call.id] ?? []).at(-1);
        return (
          <li key={call.id}>
            <NavLink
              to={`/live/${call.id}`}
              className={classes.call ?? ""}
              data-chosen={call.id === chosen || undefined}
            >
              <span className={classes.who}>
                <b>{call.company || call.name || t.noName}</b>
                <Clock since={call.answered_at} />
              </span>
              <span className={classes.sub}>
                {[call.company === "" ? "" : call.name, several ? call.campaign_title : ""]
                  .filter((part) => part !== "")
                  .join(" · ")}
              </span>
              <span className={classes.last}>
                {call.answered_at === null ? (
                  <i>{call.direction === "in" ? t.cameIn : t.ringing}</i>
                ) : last === undefined ? (
                  titles.phrase(call.script, phrase)
                ) : (
                  <>
                    <span>{last.by === "robot" ? t.robot : t.client}:</span> {last.text}
                  </>
                )}
              </span>
            </NavLink>
          </li>
        );
      })}
    </ul>
  );
}
