import { api } from "../../shell/client";
import { Share } from "../../shell/Figure";
import { useFormats, useWords } from "../../shell/language";
import { Empty, Shown } from "../../shell/states";
import { useReport, type Asked } from "./asked";
import classes from "./Reports.module.css";
import { Section } from "./Section";
import { Table } from "./Table";
import { words } from "./words";

export function Channels({ asked }: { readonly asked: Asked }) {
  const t = useWords(words);
  const f = useFormats();
  const channels = useReport("channels", asked, (signal) =>
    api.GET("/api/reports/channels", { params: { query: asked }, signal }),
  );
  return (
    <div className={classes.wide}>
      <Section title={t.channels} report="channels" asked={asked}>
        <Shown query={channels} empty={(data) => data.items.length === 0} whenEmpty={<Empty title={t.noChannels} />}>
          {(data) => (
            <Table
              label={t.channels}
              head={[t.channel, t.received, t.processed, t.wait, t.within5, t.qualified, t.booked]}
              rows={data.items.map((one) => ({
                key: one.channel,
                cells: [
                  t.channelNames[one.channel] ?? one.channel,
                  f.number(one.received),
                  <Share key="processed" hits={one.processed.hits} of={one.processed.trials} />,
                  one.wait_s === null ? "—" : f.duration(one.wait_s),
                  <Share key="within" hits={one.within_5m.hits} of={one.within_5m.trials} />,
                  <Share key="qualified" hits={one.qualified.hits} of={one.qualified.trials} />,
                  <Share
                    key="booked"
                    hits={one.booked.hits}
                    of={one.booked.trials}
                    low={one.booked.low}
                    high={one.booked.high}
                  />,
                ],
              }))}
            />
          )}
        </Shown>
      </Section>
    </div>
  );
}
