import { Button } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";

import { Card } from "../../shell/Frame";
import { useFormats, useSay, useWords } from "../../shell/language";
import { reasonName, toldName } from "../../shell/names";
import { useTitles } from "../../shell/titles";
import classes from "./Calls.module.css";
import { OutcomeText } from "./CallsList";
import { Correct } from "./Correct";
import type { Whole } from "./queries";
import { words } from "./words";

/** What came of the call, how it sounded, what was learnt. */
export function About({ whole }: { readonly whole: Whole }) {
  const t = useWords(words);
  const f = useFormats();
  const say = useSay();
  const [correcting, correct] = useState(false);
  const { call, meeting } = whole;
  const titles = useTitles([call.script]);
  const quality = figures(whole);
  const endedBy = t.endedBy[call.ended_by as keyof typeof t.endedBy] as string | undefined;
  return (
    <Card title={<OutcomeText row={call} />}>
      {whole.corrections.map((one) => (
        <p key={one.at} className={classes.was}>
          {t.was(t.outcome[one.was], one.by, f.moment(one.at))}
          {one.note !== "" && <>: {one.note}</>}
        </p>
      ))}
      <dl className={classes.facts}>
        <Fact name={t.reason} value={reasonName(say, call.reason, call.outcome)} />
        {meeting !== null && <Fact name={t.meeting} value={`${f.moment(meeting.starts_at)}, ${meeting.manager}`} />}
        {whole.callback_at !== null && <Fact name={t.callback} value={f.moment(whole.callback_at)} />}
        <Fact
          name={t.mark}
          value={
            call.mark !== "none" && (
              <>
                <span data-mark={call.mark} className={classes.mark}>
                  {t.marks[call.mark]}
                </span>
                {call.reasons.map((one) => (
                  <small key={one.code}>{one.text}</small>
                ))}
              </>
            )
          }
        />
        {quality !== null && (
          <>
            <Fact name={t.spoke} value={t.spokeShares(f.share(quality.robot), f.share(quality.client))} />
            {quality.usual !== null && quality.longest !== null && (
              <Fact
                name={t.gaps}
                value={t.gapsValue(f.number(quality.usual / 1000, 1), f.number(quality.longest / 1000, 1))}
              />
            )}
          </>
        )}
        <Fact name={t.lasted} value={call.length_ms === null ? "" : f.duration(call.length_ms / 1000)} />
        {endedBy !== undefined && (
          <Fact
            name={t.where}
            value={[endedBy, titles.phrase(call.script, call.last_phrase)].filter(Boolean).join(" — ")}
          />
        )}
        <Fact name={t.leadPhone} value={call.phone} />
        <Fact name={t.campaign} value={<Link to={`/calls?campaign=${call.campaign}`}>{call.campaign_title}</Link>} />
        <Fact
          name={t.script}
          value={[titles.script(call.script), call.script_version.slice(0, 8)].filter(Boolean).join(", ")}
        />
        {Object.entries(whole.collected).map(([variable, value]) => {
          const name = toldName(say, variable);
          return name !== null && <Fact key={variable} name={name} value={value} />;
        })}
      </dl>
      {whole.collected["call.summary"] !== undefined && (
        <p className={classes.summary}>{whole.collected["call.summary"]}</p>
      )}
      {whole.correctable.length > 0 && !correcting && (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          leftSection={<IconPencil size={14} />}
          onClick={() => correct(true)}
        >
          {t.correct}
        </Button>
      )}
      {correcting && <Correct whole={whole} close={() => correct(false)} />}
    </Card>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: ReactNode }) {
  if (value === "" || value === false) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface Figures {
  readonly robot: number;
  readonly client: number;
  readonly usual: number | null;
  readonly longest: number | null;
}

/** The figures are JSON of the command line's own shape: looked at, not believed. */
function figures({ quality }: Whole): Figures | null {
  const share = inner(quality.talk_share);
  const gap = inner(quality.gap_ms);
  const robot = numeric(share.robot);
  const client = numeric(share.client);
  if (robot === null || client === null || robot + client === 0) return null;
  return { robot, client, usual: numeric(gap.p50), longest: numeric(gap.longest) };
}

function inner(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function numeric(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
