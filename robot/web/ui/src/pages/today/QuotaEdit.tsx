import { ActionIcon, NumberInput, UnstyledButton } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { useState, type KeyboardEvent } from "react";

import { useFormats, useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { useSetQuota, type Campaign } from "./queries";
import classes from "./CampaignCard.module.css";
import { words } from "./words";

const MOST = 1_000_000;

/** The plan, changed where it stands: one more or fewer by a click, any number by clicking on it. */
export function QuotaEdit({ campaign }: { readonly campaign: Campaign }) {
  const t = useWords(words);
  const f = useFormats();
  const may = useMay("run_campaigns");
  const setting = useSetQuota(campaign);
  const [typed, setTyped] = useState<number | string | null>(null);
  const target = setting.isPending ? setting.variables : campaign.quota.target;
  if (!may) return <span className={classes.quota}>{target === null ? "—" : f.number(target)}</span>;
  const set = (quota: number) => setting.mutate(Math.min(MOST, Math.max(0, quota)));
  const leave = (save: boolean) => {
    if (save && typeof typed === "number" && typed !== target) set(typed);
    setTyped(null);
  };
  if (typed !== null) {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Enter") leave(true);
      if (event.key === "Escape") leave(false);
    };
    return (
      <NumberInput
        aria-label={t.quota}
        value={typed}
        onChange={setTyped}
        onKeyDown={onKeyDown}
        onBlur={() => leave(true)}
        min={0}
        max={MOST}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        autoFocus
        size="lg"
        w={110}
      />
    );
  }
  if (target === null) {
    return (
      <UnstyledButton className={classes.setQuota} onClick={() => setTyped("")}>
        {t.setQuota}
      </UnstyledButton>
    );
  }
  return (
    <span className={classes.quotaEdit}>
      <UnstyledButton
        className={classes.quota}
        onClick={() => setTyped(target)}
        aria-label={t.changeQuota(f.number(target))}
      >
        {f.number(target)}
      </UnstyledButton>
      <span className={classes.steps}>
        <ActionIcon size={22} aria-label={t.more} onClick={() => set(target + 1)}>
          <IconPlus size={14} />
        </ActionIcon>
        <ActionIcon size={22} aria-label={t.fewer} onClick={() => set(target - 1)} disabled={target === 0}>
          <IconMinus size={14} />
        </ActionIcon>
      </span>
    </span>
  );
}
