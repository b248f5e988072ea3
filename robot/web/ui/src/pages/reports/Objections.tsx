import { api } from "../../shell/client";
import { Share } from "../../shell/Figure";
import { useFormats, useWords } from "../../shell/language";
import { Empty, Shown } from "../../shell/states";
import { useTitles } from "../../shell/titles";
import { useReport, type AskedOfScript } from "./asked";
import { Section } from "./Section";
import { Table } from "./Table";
import { words } from "./words";

export function Objections({ asked }: { readonly asked: AskedOfScript }) {
  const t = useWords(words);
  const f = useFormats();
  const titles = useTitles([asked.script]);
  const objections = useReport("objections", asked, (signal) =>
    api.GET("/api/reports/objections", { params: { query: asked }, signal }),
  );
  return (
    <Section title={t.objections} report="objections" asked={asked}>
      <Shown query={objections} empty={(data) => data.items.length === 0} whenEmpty={<Empty title={t.noObjections} />}>
        {(data) => (
          <Table
            label={t.objections}
            head={[t.objection, t.raised, t.returned, t.booked]}
            rows={data.items.map((one) => ({
              key: one.objection,
              cells: [
                titles.intent(asked.script, one.objection),
                f.number(one.raised),
                <Share key="returned" hits={one.returned.hits} of={one.raised} />,
                <Share key="booked" hits={one.booked.hits} of={one.raised} />,
              ],
            }))}
          />
        )}
      </Shown>
    </Section>
  );
}
