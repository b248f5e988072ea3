import { VisuallyHidden } from "@mantine/core";

import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import type { Made } from "./Plan";
import classes from "./Plan.module.css";
import { words } from "./words";

const HEIGHT = 160;
const STEP = 28;
const FOOT = 18;

/** A bar a day: booked, what the plan has still to come, and the even pace as a line. */
export function Course({ plan }: { readonly plan: Made }) {
  const t = useWords(words);
  const f = useFormats();
  const days = plan.course;
  if (days.length === 0) return null;
  const most = Math.max(1, ...days.map((day) => Math.max(day.even, day.to_come ?? 0, day.booked ?? 0)));
  const y = (value: number) => HEIGHT - (value / most) * (HEIGHT - 8);
  const pace = days.map((day, place) => `${(place + 0.5) * STEP},${y(day.even)}`).join(" ");
  const short = (date: string) => String(Number(date.slice(8)));
  return (
    <Card
      title={
        <>
          {t.course} <small className={classes.aside}>{t.courseAbout}</small>
        </>
      }
      aside={
        <span className={classes.legend}>
          <i data-kind="booked" /> {t.cBooked} <i data-kind="to-come" /> {t.cToCome} <i data-kind="even" /> {t.cEven}
        </span>
      }
    >
      <svg className={classes.course} viewBox={`0 0 ${days.length * STEP} ${HEIGHT + FOOT}`} aria-hidden>
        {days.map((day, place) => (
          <g
            key={day.date}
            transform={`translate(${place * STEP} 0)`}
            data-today={day.date === plan.today || undefined}
          >
            {day.to_come !== null && <Bar kind="to-come" top={y(day.to_come)} />}
            {day.booked !== null && <Bar kind="booked" top={y(day.booked)} />}
            <text x={STEP / 2} y={HEIGHT + FOOT - 4} textAnchor="middle">
              {short(day.date)}
            </text>
          </g>
        ))}
        <polyline points={pace} />
      </svg>
      <VisuallyHidden>
        <table>
          <thead>
            <tr>
              <th>{t.day}</th>
              <th>{t.cBooked}</th>
              <th>{t.cToCome}</th>
              <th>{t.cEven}</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.date}>
                <td>{f.day(day.date)}</td>
                <td>{day.booked ?? ""}</td>
                <td>{day.to_come ?? ""}</td>
                <td>{day.even}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </Card>
  );
}

function Bar({ kind, top }: { readonly kind: "booked" | "to-come"; readonly top: number }) {
  return <rect x={4} width={STEP - 8} y={top} height={HEIGHT - top} rx={3} data-kind={kind} />;
}
