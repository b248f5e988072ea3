import { Tabs } from "@mantine/core";
import type { ComponentType } from "react";

import { Frame } from "../../shell/Frame";
import { useWords } from "../../shell/language";
import { useParam } from "../../shell/pickers";
import { useMay } from "../../shell/session";
import { Campaigns } from "./Campaigns";
import { Company } from "./Company";
import { Crm } from "./Crm";
import { Managers } from "./Managers";
import classes from "./Settings.module.css";
import { Telephony } from "./Telephony";
import { Weekly } from "./Weekly";
import { words } from "./words";

const PARTS = {
  company: Company,
  campaigns: Campaigns,
  managers: Managers,
  telephony: Telephony,
  crm: Crm,
  weekly: Weekly,
};
type Part = keyof typeof PARTS;

const isPart = (name: string): name is Part => name in PARTS;

export default function Settings() {
  const t = useWords(words);
  const [part, setPart] = useParam("part", "company");
  const seesManagers = useMay("see_meetings");
  const open = (Object.keys(PARTS) as Part[]).filter((one) => one !== "managers" || seesManagers);
  const shown = isPart(part) && open.includes(part) ? part : "company";
  const Shown: ComponentType = PARTS[shown];
  return (
    <Frame title={t.title}>
      <Tabs value={shown} onChange={(value) => setPart(value ?? "company")} keepMounted={false}>
        <Tabs.List mb="md" className={classes.tabs}>
          {open.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={shown} className={classes.part}>
          <Shown />
        </Tabs.Panel>
      </Tabs>
    </Frame>
  );
}
