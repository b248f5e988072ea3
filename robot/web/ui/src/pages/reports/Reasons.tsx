import { api } from "../../shell/client";
import { useFormats, useSay, useWords } from "../../shell/language";
import { reasonName } from "../../shell/names";
import { Empty, Shown } from "../../shell/states";
import { useReport, type AskedOfScript } from "./asked";
import classes from "./Reports.module.css";
import { Section } from "./Section";
import { words } from "./words";

export function Reasons({ asked }: { readonly asked: AskedOfScript }) {
  const t = useWords(words);
  const f = useFormats();
  const say = useSay();
  const reasons = useReport("reasons", asked, (signal) =>
    api.GET("/api/reports/reasons", { params: { query: asked }, signal }),
  );
  return (
    <Section title={t.reasons} report="reasons" asked={asked}>
      <Shown query={reasons} empty={(data) => data.items.length === 0} whenEmpty={<Empty title={t.noReasons} />}>
        {(data) => (
          <ul className={classes.reasons}>
            {data.items.map((one) => (
              <li key={`${one.outcome} ${one.reason}`}>
                <span>
                  {one.reason === "" ? (t.outcomes[one.outcome] ?? one.outcome) : reasonName(say, one.reason, null)}
                  <small className={classes.muted}>
                    {" "}
                    {one.reason === "" ? t.noReason : (t.outcomes[one.outcome] ?? one.outcome)}
                  </small>
                </span>
                <span className={classes.track} aria-hidden>
                  <span className={classes.bar} style={{ width: `${100 * one.share}%` }} />
                </span>
                <span className={classes.muted}>
                  {f.number(one.calls)} · {f.share(one.share)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Section>
  );
}
