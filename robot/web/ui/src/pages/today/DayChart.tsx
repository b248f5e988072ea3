import { Tooltip } from "@mantine/core";

import { useFormats, useWords } from "../../shell/language";
import classes from "./DayChart.module.css";
import type { Today } from "./queries";
import { words } from "./words";

interface DayChartProps {
  readonly today: Today;
  /** The hour it is now on the campaign's calendar. */
  readonly hour: number;
}

/** Goals reached by the end of each hour against the plan: green where it was kept, red where not. */
export function DayChart({ today, hour: now }: DayChartProps) {
  const t = useWords(words);
  const f = useFormats();
  const top = Math.max(1, today.quota ?? 0, ...today.hours.map((hour) => hour.goal_so_far));
  return (
    <ol className={classes.chart} aria-label={t.byHour}>
      {today.hours.map((one) => {
        const past = one.hour <= now;
        // Of the hour that runs, what is due by now; of one that is over, by its end.
        const due = one.hour === now ? today.due : one.planned_so_far;
        const name = `${String(one.hour).padStart(2, "0")}:00`;
        const planned = f.number(one.planned_so_far, one.planned_so_far % 1 === 0 ? 0 : 1);
        const told = past
          ? t.hourTold(name, f.number(one.goal_so_far), planned, f.number(one.dials), f.number(one.answered))
          : t.hourAhead(name, planned);
        return (
          <Tooltip key={one.hour} label={told}>
            <li className={classes.hour} aria-label={told} data-now={one.hour === now || undefined}>
              <div className={classes.column} data-closed={!one.open || undefined}>
                {past && (
                  <div
                    className={classes.done}
                    data-behind={one.goal_so_far < Math.floor(due) || undefined}
                    style={{ height: `${100 * (one.goal_so_far / top)}%` }}
                  />
                )}
                {today.quota !== null && (
                  <div className={classes.plan} style={{ bottom: `${100 * (one.planned_so_far / top)}%` }} />
                )}
              </div>
              <span className={classes.label}>{one.hour}</span>
            </li>
          </Tooltip>
        );
      })}
    </ol>
  );
}
