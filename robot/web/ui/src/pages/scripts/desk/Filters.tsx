import { Select } from "@mantine/core";

import { useFormats, useWords } from "../../../shell/language";
import { PeriodPicker, useCampaigns, useParam } from "../../../shell/pickers";
import { words as shell } from "../../../shell/words-of-shell";
import { useVersions } from "../queries";
import type { Dropoff } from "../wire";
import classes from "./Desk.module.css";
import { USUAL_PERIOD } from "./useShown";
import { words } from "./words";
import { words as common } from "../words";

/** Whose calls are drawn on the script. */
export function Filters({ script, dropoff }: { readonly script: string; readonly dropoff: Dropoff | undefined }) {
  return (
    <div className={classes.filters}>
      <PeriodPicker usual={USUAL_PERIOD} offers={["today", "7d", "30d", "all"]} />
      <Campaigns script={script} />
      <Versions script={script} />
      <Variants dropoff={dropoff} />
      <Summary dropoff={dropoff} />
    </div>
  );
}

/** Only those that speak the script; none to choose from, no choice. */
function Campaigns({ script }: { readonly script: string }) {
  const t = useWords(shell);
  const [campaign, choose] = useParam("campaign");
  const campaigns = (useCampaigns().data ?? []).filter((one) => one.script === script || one.slug === campaign);
  if (campaigns.length < 2 && campaign === "") return null;
  const offered = campaigns.map((one) => ({ value: one.slug, label: one.title }));
  return (
    <Select
      aria-label={t.campaign}
      size="xs"
      w={190}
      data={[{ value: "", label: t.allCampaigns }, ...offered]}
      value={campaign}
      onChange={(value) => choose(value ?? "")}
      allowDeselect={false}
    />
  );
}

function Versions({ script }: { readonly script: string }) {
  const t = useWords(words);
  const f = useFormats();
  const [version, choose] = useParam("version");
  const versions = useVersions(script).data ?? [];
  const label = (one: (typeof versions)[number]) => {
    const when = one.live ? t.liveNow : one.published_at === null ? "" : f.shortDay(one.published_at);
    return when === "" ? t.versionNo(one.version) : `${t.versionNo(one.version)} · ${when}`;
  };
  const known = new Map(versions.map((one) => [one.hash, { value: one.hash, label: label(one) }]));
  return (
    <Select
      aria-label={t.version}
      size="xs"
      w={230}
      data={[{ value: "", label: t.everyVersion }, ...known.values()]}
      value={known.has(version) ? version : ""}
      onChange={(value) => choose(value ?? "")}
      allowDeselect={false}
    />
  );
}

function Variants({ dropoff }: { readonly dropoff: Dropoff | undefined }) {
  const t = useWords(words);
  const c = useWords(common);
  const [variant, choose] = useParam("variant");
  const offered = (dropoff?.variants ?? [])
    .filter((one) => one.variant !== "")
    .map((one) => ({
      value: `${one.phrase}:${one.variant}`,
      label: `${one.phrase}: ${one.variant} · ${c.calls(one.calls)}`,
    }));
  if (offered.length === 0 && variant === "") return null;
  const there = offered.some((one) => one.value === variant);
  const data = variant === "" || there ? offered : [...offered, { value: variant, label: variant.replace(":", ": ") }];
  return (
    <Select
      aria-label={t.variant}
      size="xs"
      w={210}
      data={[{ value: "", label: t.everyVariant }, ...data]}
      value={variant}
      onChange={(value) => choose(value ?? "")}
      allowDeselect={false}
    />
  );
}

function Summary({ dropoff }: { readonly dropoff: Dropoff | undefined }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  if (dropoff === undefined) return null;
  if (dropoff.calls === 0) return <span className={classes.summary}>{t.noCalls}</span>;
  const { hits, share } = dropoff.goal;
  return <span className={classes.summary}>{t.talked(c.talks(dropoff.calls), f.number(hits), f.share(share))}</span>;
}
