import { Title } from "@mantine/core";

import { useFormats, useWords } from "../../shell/language";
import classes from "./CampaignCard.module.css";
import { DayChart } from "./DayChart";
import { QuotaEdit } from "./QuotaEdit";
import type { Line } from "./queries";
import { StateControl } from "./StateControl";
import { words } from "./words";

/** One campaign's day: what is booked of the plan, what it will come to and why, who is on the line. */
export function CampaignCard({ line: { today, campaign } }: { readonly line: Line }) {
  const t = useWords(words);
  const f = useFormats();
  const { forecast } = today;
  const met = today.quota !== null && today.booked >= today.quota && today.quota > 0;
  const behind = today.quota !== null && today.behind;
  const sure = forecast.low === forecast.high;
  return (
    <article className={classes.card} aria-label={today.title}>
      <header className={classes.head}>
        <Title order={2}>{today.title}</Title>
        <StateControl campaign={campaign} calls={today.calls} />
      </header>
      <div className={classes.figures}>
        <div>
          <div className={classes.label}>{t.goal[campaign.goal]}</div>
          <div className={classes.big}>
            <strong data-tone={today.quota === null ? undefined : behind ? "bad" : "good"}>
              {f.number(today.booked)}
            </strong>
            <span className={classes.slash}>/</span>
            <QuotaEdit campaign={campaign} />
          </div>
          <Standing
            behind={behind}
            met={met}
            due={today.quota === null || met ? null : f.number(Math.floor(today.due))}
          />
        </div>
        <div>
          <div className={classes.label}>{t.forecast}</div>
          <div className={classes.middle}>
            {forecast.why === "no_quota" ? "—" : f.number(forecast.value)}
            {!sure && <small>{t.between(f.number(forecast.low), f.number(forecast.high))}</small>}
          </div>
          <div className={classes.note}>{forecast.sentence}</div>
        </div>
        <div>
          <div className={classes.label}>{t.underWay}</div>
          <div className={classes.middle} data-idle={today.calls === 0 || undefined}>
            {today.calls === 0 ? t.nobody : f.number(today.calls)}
          </div>
          {campaign.state === "running" && campaign.pace != null && (
            <div className={classes.note}>{t.limits[campaign.pace.limit as keyof typeof t.limits]}</div>
          )}
        </div>
      </div>
      <DayChart today={today} hour={hourIn(campaign.timezone)} />
      <footer className={classes.foot}>
        <span className={classes.legend} data-kind="done">
          {t.legendDone}
        </span>
        <span className={classes.legend} data-kind="plan">
          {t.legendPlan}
        </span>
        <span>{t.left(f.number(today.leads), today.slots === null ? null : f.number(today.slots))}</span>
        <span>{t.hours(campaign.hours)}</span>
      </footer>
    </article>
  );
}

function Standing({
  behind,
  met,
  due,
}: {
  readonly behind: boolean;
  readonly met: boolean;
  readonly due: string | null;
}) {
  const t = useWords(words);
  if (!met && due === null) return null;
  return (
    <div className={classes.standing} data-tone={behind ? "bad" : "good"}>
      <b>{met ? t.met : behind ? t.behind : t.ahead}</b>
      {due !== null && <span>{t.dueNow(due)}</span>}
    </div>
  );
}

function hourIn(timezone: string): number {
  return Number(
    new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hourCycle: "h23", timeZone: timezone }).format(new Date()),
  );
}
