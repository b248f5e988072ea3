import { Button, Modal } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { Empty, Shown } from "../../shell/states";
import { CampaignForm } from "./CampaignForm";
import { useCampaignSettings, useChoices, type CampaignSettings } from "./queries";
import classes from "./Settings.module.css";
import { words } from "./words";

/** All campaigns; one is changed in a window of its own. */
export function Campaigns() {
  const t = useWords(words);
  const may = useMay("edit_settings");
  const campaigns = useCampaignSettings();
  const [open, setOpen] = useState<CampaignSettings | "new" | null>(null);
  const add = may && (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setOpen("new")}>
      {t.newCampaign}
    </Button>
  );
  return (
    <Card title={t.campaigns} aside={add} flush>
      <Shown
        query={campaigns}
        empty={(items) => items.length === 0}
        whenEmpty={<Empty title={t.noCampaigns} hint={t.noCampaignsHint} />}
      >
        {(items) => (
          <div className={classes.list}>
            {items.map((one) => (
              <Line key={one.slug} campaign={one} change={may ? () => setOpen(one) : undefined} />
            ))}
          </div>
        )}
      </Shown>
      <Modal
        closeButtonProps={{ "aria-label": t.closeWindow }}
        opened={open !== null}
        onClose={() => setOpen(null)}
        size="lg"
        title={open === "new" ? t.newCampaign : open?.title}
      >
        {open !== null && <Editing campaign={open === "new" ? null : open} done={() => setOpen(null)} />}
      </Modal>
    </Card>
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
