import { Badge } from "@mantine/core";

import { api, type Schemas } from "../../shell/client";
import { Share } from "../../shell/Figure";
import { useFormats, useWords } from "../../shell/language";
import { useSession } from "../../shell/session";
import { Empty, Shown } from "../../shell/states";
import { useTitles } from "../../shell/titles";
import { useReport, type AskedOfScript } from "./asked";
import { Keep } from "./Keep";
import classes from "./Reports.module.css";
import { Section } from "./Section";
import { Table } from "./Table";
import { words } from "./words";

export function Experiments({ asked }: { readonly asked: AskedOfScript }) {
  const t = useWords(words);
  const titles = useTitles([asked.script]);
  const found = useReport("experiments", asked, (signal) =>
    api.GET("/api/reports/experiments", { params: { query: asked }, signal }),
  );
  return (
    <div className={classes.wide}>
      <Section title={t.experiments} about={t.experimentsAbout} report="experiments" asked={asked}>
        <Shown
          query={found}
          empty={(data) => data.versions === null && data.variants.length === 0}
          whenEmpty={<Empty title={t.noExperiments} />}
        >
          {(data) => (
            <div className={classes.experiments}>
              {data.versions !== null && <Experiment found={data.versions} title={t.versions} script={asked.script} />}
              {data.variants.map((one) => (
                <Experiment
                  key={one.phrase}
                  found={one}
                  title={t.ofPhrase(titles.phrase(asked.script, one.phrase))}
                  script={asked.script}
                />
              ))}
            </div>
          )}
        </Shown>
      </Section>
    </div>
  );
}

interface ExperimentProps {
  readonly found: Schemas["ExperimentOut"];
  readonly title: string;
  readonly script: string;
}

function Experiment({ found, title, script }: ExperimentProps) {
  const { may } = useSession();
  const keeps = found.phrase !== "" && may("edit_scripts");
  const t = useWords(words);
  const f = useFormats();
  const name = (text: string) => (found.phrase === "" ? text.slice(0, 7) : text);
  return (
    <div>
      <div className={classes.experimentHead}>
        <h3 className={classes.subtitle}>{title}</h3>
        <Badge
          variant={found.advice === "choose" ? "filled" : "light"}
          color={found.advice === "choose" ? "accent" : "gray"}
        >
          {found.winner === "" ? (t.advice[found.advice] ?? found.advice) : t.winner(name(found.winner))}
        </Badge>
      </div>
      <Table
        label={title}
        head={[t.variant, t.conversion, t.best, t.loss, ...(keeps ? [t.decide] : [])]}
        rows={found.arms.map((arm) => ({
          key: arm.name,
          cells: [
            name(arm.name),
            <Share
              key="goal"
              hits={arm.goal.hits}
              of={arm.goal.trials}
              low={arm.goal.low}
              high={arm.goal.high}
              counted
            />,
            f.share(arm.best),
            t.points(f.number(100 * arm.loss, 2)),
            ...(keeps ? [<Keep key="keep" script={script} phrase={found.phrase} variant={arm.name} />] : []),
          ],
        }))}
      />
    </div>
  );
}
