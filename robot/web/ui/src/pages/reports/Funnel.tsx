import { api } from "../../shell/client";
import { useFormats, useWords } from "../../shell/language";
import { Empty, Shown } from "../../shell/states";
import { useReport, type AskedOfScript } from "./asked";
import classes from "./Reports.module.css";
import { Section } from "./Section";
import { words } from "./words";

/** From dials to the goal: a bar a step, as long as its share of the dials. */
export function Funnel({ asked }: { readonly asked: AskedOfScript }) {
  const t = useWords(words);
  const f = useFormats();
  const funnel = useReport("funnel", asked, (signal) =>
    api.GET("/api/reports/funnel", { params: { query: asked }, signal }),
  );
  return (
    <Section title={t.funnel} report="funnel" asked={asked}>
      <Shown query={funnel} empty={(data) => data.stages[0]?.calls === 0} whenEmpty={<Empty title={t.noCalls} />}>
        {(data) => (
          <>
            <ol className={classes.funnel}>
              {data.stages.map((stage, place) => (
                <li key={stage.stage} className={classes.stage}>
                  <span className={classes.stageName}>{t.stages[stage.stage] ?? stage.stage}</span>
                  <span className={classes.track} aria-hidden>
                    <span className={classes.bar} style={{ width: `${100 * stage.of_first.share}%` }} />
                  </span>
                  <span className={classes.stageFigure}>
                    <b>{f.number(stage.calls)}</b>
                    {place > 0 && <small>{t.ofPrevious(f.share(stage.of_previous.share))}</small>}
                  </span>
                </li>
              ))}
            </ol>
            {data.ends.length > 0 && (
              <>
                <h3 className={classes.subtitle}>{t.ends}</h3>
                <ul className={classes.ends}>
                  {data.ends.map((end) => (
                    <li key={end.outcome}>
                      <span>{t.outcomes[end.outcome] ?? end.outcome}</span>
                      <span className={classes.muted}>
                        {f.number(end.calls)} · {f.share(end.share)}
                      </span>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        )}
      </Shown>
    </Section>
  );
}
