import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "react-router";

import { useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { needs, type Need } from "./attention";
import classes from "./Attention.module.css";
import type { Line, Trouble } from "./queries";
import { words } from "./words";

/** Nothing at all while nobody is needed. */
export function Attention({
  lines,
  trouble,
}: {
  readonly lines: readonly Line[];
  readonly trouble: Trouble | undefined;
}) {
  const t = useWords(words);
  const mends = useMay("mend_deliveries");
  const found = needs(lines, trouble);
  if (found.length === 0) return null;
  const told = (need: Need): string => {
    switch (need.what) {
      case "line":
        return `${t.line}: ${need.detail}`;
      case "store":
        return t.store;
      case "parked":
        return t.parked(need.count);
      case "slots":
        return t.slots(need.title, need.count);
      case "leads":
        return t.leads(need.title, need.count);
      case "breaker":
        return t.breaker(need.title);
      case "noQuota":
        return t.noQuota(need.title);
    }
  };
  return (
    <section className={classes.box} aria-label={t.needs}>
      <IconAlertTriangle size={18} aria-hidden />
      <ul className={classes.list}>
        {found.map((need) => (
          <li key={told(need)}>
            {mends && need.what === "parked" ? <Link to="/deliveries">{told(need)}</Link> : told(need)}
          </li>
        ))}
      </ul>
    </section>
  );
}
