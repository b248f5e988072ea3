import { Button, Modal } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import { Card } from "../../shell/Frame";
import { useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { Empty, Shown } from "../../shell/states";
import { ManagerForm } from "./ManagerForm";
import { useCampaignSettings, useManagers, type Manager } from "./queries";
import classes from "./Settings.module.css";
import { words } from "./words";

/** Who holds the meetings. */
export function Managers() {
  const t = useWords(words);
  const may = useMay("edit_settings");
  const managers = useManagers();
  const [open, setOpen] = useState<Manager | "new" | null>(null);
  const add = may && (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setOpen("new")}>
      {t.newManager}
    </Button>
  );
  return (
    <Card title={t.managers} aside={add} flush>
      <Shown
        query={managers}
        empty={(items) => items.length === 0}
        whenEmpty={<Empty title={t.noManagers} hint={t.noManagersHint} />}
      >
        {(items) => (
          <div className={classes.list}>
            {items.map((one) => (
              <Line key={one.id} manager={one} change={may ? () => setOpen(one) : undefined} />
            ))}
          </div>
        )}
      </Shown>
      <Modal
        closeButtonProps={{ "aria-label": t.closeWindow }}
        opened={open !== null}
        onClose={() => setOpen(null)}
        size="lg"
        title={open === "new" ? t.newManager : open?.name}
      >
        {open !== null && <Editing manager={open === "new" ? null : open} done={() => setOpen(null)} />}
      </Modal>
    </Card>
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
