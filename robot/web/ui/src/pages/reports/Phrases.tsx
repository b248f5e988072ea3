import { Link } from "react-router";

import { api } from "../../shell/client";
import { Share } from "../../shell/Figure";
import { useFormats, useWords } from "../../shell/language";
import { Empty, Shown } from "../../shell/states";
import { useTitles } from "../../shell/titles";
import { useReport, type AskedOfScript } from "./asked";
import classes from "./Reports.module.css";
import { Section } from "./Section";
import { Table } from "./Table";
import { words } from "./words";

/** Worst first, as the server ranks them; a phrase leads to the calls that were lost at it. */
export function Phrases({ asked }: { readonly asked: AskedOfScript }) {
  const t = useWords(words);
  const f = useFormats();
  const titles = useTitles([asked.script]);
  const phrases = useReport("phrases", asked, (signal) =>
    api.GET("/api/reports/phrases", { params: { query: asked }, signal }),
  );
  return (
    <div className={classes.wide}>
      <Section title={t.phrases} about={t.phrasesAbout} report="phrases" asked={asked}>
        <Shown query={phrases} empty={(data) => data.items.length === 0} whenEmpty={<Empty title={t.noCalls} />}>
          {(data) => (
            <Table
              label={t.phrases}
              head={[t.phrase, t.reached, t.left, t.leftShare, t.hungUp, t.refusedHere, t.silent, t.notUnderstood]}
              rows={data.items.map((one) => ({
                key: one.phrase,
                faint: one.small,
                cells: [
                  <Link key="link" to={callsLost(one.phrase, asked)} title={t.toCalls}>
                    {titles.phrase(asked.script, one.phrase)}
                  </Link>,
                  f.number(one.reached),
                  f.number(one.left),
                  <Share key="share" hits={one.left} of={one.reached} low={one.left_low} high={one.left_high} />,
                  f.number(one.hung_up_during + one.hung_up_after),
                  f.number(one.refused),
                  f.number(one.silent),
                  f.number(one.not_understood),
                ],
              }))}
            />
          )}
        </Shown>
      </Section>
    </div>
  );
}

function callsLost(phrase: string, asked: AskedOfScript): string {
  const { script, since, until } = asked;
  const query = new URLSearchParams({ lost_at: phrase, script, period: "own", from: since, till: until });
  if (asked.campaign !== undefined) query.set("campaign", asked.campaign);
  if (asked.version !== undefined) query.set("script_version", asked.version);
  return `/calls?${query.toString()}`;
}
