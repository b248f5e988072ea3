import { Fragment, type ReactNode } from "react";

import { useFormats, useWords } from "../../shell/language";
import type { Made } from "./Plan";
import classes from "./Plan.module.css";
import { words } from "./words";

/** Deals need meetings, meetings need talks, talks need calls, calls need leads: with what stands between. */
export function Chain({ plan, perDeal }: { readonly plan: Made; readonly perDeal: number }) {
  const t = useWords(words);
  const f = useFormats();
  const { answered, booked, dials_per_lead: dials, seconds_per_dial: seconds } = plan.rates;
  const { value, low, high } = plan.calls_a_day;
  const share = (one: number) => f.share(one, one < 0.1 ? 1 : 0);
  const spread = high === null ? t.atLeast(f.number(low)) : t.between(f.number(low), f.number(high));
  const steps: readonly [string, ReactNode, string][] = [
    [t.deals, f.number(plan.deals), t.perDealNote(f.number(perDeal, Number.isInteger(perDeal) ? 0 : 1))],
    [t.meetings, f.number(plan.meetings_a_day), t.ofAnswered(share(booked.value))],
    [t.talks, f.number(Math.round(value * answered.value)), t.ofCalls(share(answered.value))],
    [t.calls, f.number(value), `${spread}; ${t.perLead(f.number(dials, 1))}`],
    [t.leads, f.number(plan.leads_a_day), ""],
  ];
  const lists = plan.list_ends;
  return (
    <>
      <ol className={classes.chain}>
        {steps.map(([label, figure, note]) => (
          <Fragment key={label}>
            <li className={classes.step}>
              <span className={classes.stepLabel}>{label}</span>
              <span className={classes.stepValue}>{figure}</span>
              <span className={classes.stepNote}>{note}</span>
            </li>
          </Fragment>
        ))}
      </ol>
      <dl className={classes.means}>
        <Mean label={t.lines} bad={plan.lines.need > plan.lines.have}>
          {t.needHave(f.number(plan.lines.need), f.number(plan.lines.have))}
        </Mean>
        <Mean label={t.minutes}>
          {f.number(plan.line_minutes_a_day)} · {t.perCall(f.number(seconds))}
        </Mean>
        <Mean label={t.list} bad={plan.obstacles.some((one) => one.code === "list")}>
          {lists === null ? t.listLasts(t.nLeads(plan.leads)) : t.listEnds(t.nLeads(plan.leads), f.day(lists))}
        </Mean>
        {plan.slots !== null && (
          <Mean label={t.slots} bad={plan.obstacles.some((one) => one.code === "slots")}>
            {t.slotsLeft(t.nSlots(plan.slots))}
          </Mean>
        )}
      </dl>
    </>
  );
}

interface MeanProps {
  readonly label: string;
  readonly bad?: boolean;
  readonly children: ReactNode;
}

function Mean({ label, bad = false, children }: MeanProps) {
  return (
    <div data-bad={bad || undefined}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
