import { Button } from "@mantine/core";

import { useWords } from "../../shell/language";
import { Shown } from "../../shell/states";
import { ManagerForm } from "./ManagerForm";
import { useCampaignSettings, useManagers, type Manager } from "./queries";
import { Roster } from "./Roster";
import classes from "./Settings.module.css";
import { words } from "./words";

/** Who holds the meetings. */
export function Managers() {
  const t = useWords(words);
  return (
    <Roster
      title={t.managers}
      add={t.newManager}
      empty={t.noManagers}
      emptyHint={t.noManagersHint}
      query={useManagers()}
      keyOf={(one) => one.id}
      nameOf={(one) => one.name}
      line={(one, change) => <Line manager={one} change={change} />}
      form={(one, done) => <Editing manager={one} done={done} />}
    />
  );
}

function Line({ manager, change }: { readonly manager: Manager; readonly change?: (() => void) | undefined }) {
  const t = useWords(words);
  const days = manager.weekdays.map((day) => t.weekdayNames[day]).join(", ");
  return (
    <div className={classes.line}>
      <div className={classes.what}>
        <strong>{manager.name}</strong>
        <small>
          {days} · {manager.opens}–{manager.closes}
          {manager.place !== "" && ` · ${manager.place}`}
        </small>
      </div>
      {change !== undefined && (
        <Button size="xs" variant="default" onClick={change} aria-label={`${t.change}: ${manager.name}`}>
          {t.change}
        </Button>
      )}
    </div>
  );
}

function Editing({ manager, done }: { readonly manager: Manager | null; readonly done: () => void }) {
  const campaigns = useCampaignSettings();
  return <Shown query={campaigns}>{(found) => <ManagerForm manager={manager} campaigns={found} done={done} />}</Shown>;
}
