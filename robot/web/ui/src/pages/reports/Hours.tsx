import { Tooltip } from "@mantine/core";
import type { CSSProperties } from "react";

import { api, type Schemas } from "../../shell/client";
import { useFormats, useWords } from "../../shell/language";
import { Empty, Shown } from "../../shell/states";
import { useReport, type Asked } from "./asked";
import classes from "./Reports.module.css";
import { Section } from "./Section";
import { words } from "./words";

type Cell = Schemas["HourOut"];

/** A square an hour of the week, darker where dials reach the goal more often. */
export function Hours({ asked }: { readonly asked: Asked }) {
  const t = useWords(words);
  const f = useFormats();
  const hours = useReport("hours", asked, (signal) =>
    api.GET("/api/reports/hours", { params: { query: asked }, signal }),
  );
  const when = (cell: Cell) => t.hour(t.weekdays[cell.weekday] ?? "", String(cell.hour));
  return (
    <div className={classes.wide}>
      <Section title={t.hours} about={t.hoursAbout} report="hours" asked={asked}>
        <Shown query={hours} empty={(data) => data.items.length === 0} whenEmpty={<Empty title={t.noCalls} />}>
          {(data) => (
            <>
              <p className={classes.bestHours}>
                {data.best.length === 0
                  ? t.noHours
                  : `${t.bestHours}: ${data.best.map((one) => `${when(one)} — ${f.share(one.goal.share, 1)}`).join("; ")}`}
              </p>
              <Week cells={data.items} when={when} />
            </>
          )}
        </Shown>
      </Section>
    </div>
  );
}

function Week({ cells, when }: { readonly cells: readonly Cell[]; readonly when: (cell: Cell) => string }) {
  const t = useWords(words);
  const f = useFormats();
  const every = [...new Set(cells.map((cell) => cell.hour))].sort((a, b) => a - b);
  const most = Math.max(...cells.map((cell) => cell.goal.share), 0.0001);
  const at = new Map(cells.map((cell) => [`${cell.weekday} ${cell.hour}`, cell]));
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t.hours}>
      <table className={classes.week}>
        <thead>
          <tr>
            <td />
            {every.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {t.weekdays.map((day, weekday) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              {every.map((hour) => {
                const cell = at.get(`${weekday} ${hour}`);
                if (cell === undefined) return <td key={hour} />;
                const told = t.cell(
                  when(cell),
                  f.share(cell.goal.share, 1),
                  f.number(cell.goal.hits),
                  f.number(cell.dials),
                );
                return (
                  <td key={hour}>
                    <Tooltip label={told}>
                      <span
                        className={classes.square}
                        role="img"
                        aria-label={told}
                        data-few={cell.goal.small || undefined}
                        style={{ "--heat": `${Math.round((100 * cell.goal.share) / most)}%` } as CSSProperties}
                      />
                    </Tooltip>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
