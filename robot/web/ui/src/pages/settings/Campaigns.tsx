import { Button } from "@mantine/core";

import { useFormats, useWords } from "../../shell/language";
import { Shown } from "../../shell/states";
import { CampaignForm } from "./CampaignForm";
import { useCampaignSettings, useChoices, type CampaignSettings } from "./queries";
import { Roster } from "./Roster";
import classes from "./Settings.module.css";
import { words } from "./words";

/** All campaigns; one is changed in a window of its own. */
export function Campaigns() {
  const t = useWords(words);
  return (
    <Roster
      title={t.campaigns}
      add={t.newCampaign}
      empty={t.noCampaigns}
      emptyHint={t.noCampaignsHint}
      query={useCampaignSettings()}
      keyOf={(one) => one.slug}
      nameOf={(one) => one.title}
      line={(one, change) => <Line campaign={one} change={change} />}
      form={(one, done) => <Editing campaign={one} done={done} />}
    />
  );
}

function Line({
  campaign,
  change,
}: {
  readonly campaign: CampaignSettings;
  readonly change?: (() => void) | undefined;
}) {
  const t = useWords(words);
  const f = useFormats();
  const plan = campaign.quota === null ? t.noPlan : t.perDay(f.number(campaign.quota));
  return (
    <div className={classes.line}>
      <div className={classes.what}>
        <strong>{campaign.title}</strong>
        <small>
          {campaign.hours} · {t.goals[campaign.goal].toLowerCase()} · {plan}
        </small>
      </div>
      {change !== undefined && (
        <Button size="xs" variant="default" onClick={change} aria-label={`${t.change}: ${campaign.title}`}>
          {t.change}
        </Button>
      )}
    </div>
  );
}

interface EditingProps {
  readonly campaign: CampaignSettings | null;
  readonly done: () => void;
}

function Editing({ campaign, done }: EditingProps) {
  const choices = useChoices();
  return <Shown query={choices}>{(found) => <CampaignForm campaign={campaign} choices={found} done={done} />}</Shown>;
}
