import { Select } from "@mantine/core";
import { IconChartFunnel } from "@tabler/icons-react";

import { api } from "../../shell/client";
import { Frame } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { CampaignPicker, PeriodPicker, useParam } from "../../shell/pickers";
import { Empty, Shown } from "../../shell/states";
import { useTitles } from "../../shell/titles";
import { useAsked, useReport, useScript, useScripts, USUAL, type AskedOfScript } from "./asked";
import { Channels } from "./Channels";
import { Experiments } from "./Experiments";
import { Funnel } from "./Funnel";
import { Hours } from "./Hours";
import { Objections } from "./Objections";
import { Phrases } from "./Phrases";
import { Reasons } from "./Reasons";
import classes from "./Reports.module.css";
import { Trend } from "./Trend";
import { words } from "./words";

export default function Reports() {
  const t = useWords(words);
  const asked = useAsked();
  const scripts = useScripts(asked);
  const [script, choose] = useScript(scripts.data ?? []);
  const titles = useTitles(scripts.data?.map((one) => one.script) ?? []);
  const [version] = useParam("version");
  const ofScript: AskedOfScript = { ...asked, script, ...(version === "" ? {} : { version }) };
  return (
    <Frame
      title={t.title}
      about={t.about}
      actions={
        <>
          <PeriodPicker usual={USUAL} offers={["7d", "30d", "90d", "all"]} />
          <CampaignPicker />
        </>
      }
    >
      <Shown
        query={scripts}
        empty={(items) => items.length === 0}
        whenEmpty={<Empty icon={IconChartFunnel} title={t.noCalls} hint={t.noCallsHint} />}
      >
        {(items) => (
          <>
            <div className={classes.pickers}>
              <Select
                label={t.script}
                size="xs"
                w={300}
                data={items.map((one) => ({ value: one.script, label: titles.script(one.script) }))}
                value={script}
                allowDeselect={false}
                onChange={(chosen) => choose(chosen ?? "")}
              />
              <Versions asked={{ ...asked, script }} />
            </div>
            <div className={classes.grid}>
              <Funnel asked={ofScript} />
              <Trend asked={ofScript} />
              <Phrases asked={ofScript} />
              <Objections asked={ofScript} />
              <Reasons asked={ofScript} />
              <Experiments asked={ofScript} />
              <Hours asked={asked} />
              <Channels asked={asked} />
            </div>
          </>
        )}
      </Shown>
    </Frame>
  );
}

/** Those that calls ended with. */
function Versions({ asked }: { readonly asked: AskedOfScript }) {
  const t = useWords(words);
  const f = useFormats();
  const [version, choose] = useParam("version");
  const graph = useReport("dropoff", asked, (signal) =>
    api.GET("/api/reports/dropoff", { params: { query: asked }, signal }),
  );
  const known = graph.data?.versions.filter((one) => one.version !== "") ?? [];
  const options = known.map((one) => ({
    value: one.version,
    label: `${one.version.slice(0, 7)} ${t.versionOf(f.day(one.first_day), t.talks(one.calls))}`,
  }));
  return (
    <Select
      label={t.version}
      size="xs"
      w={300}
      data={[{ value: "", label: t.allVersions }, ...options]}
      value={known.some((one) => one.version === version) ? version : ""}
      allowDeselect={false}
      onChange={(chosen) => choose(chosen ?? "")}
    />
  );
}
