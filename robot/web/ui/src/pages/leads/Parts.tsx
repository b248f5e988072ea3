import type { ReactNode } from "react";
import { NavLink } from "react-router";

import { Frame } from "../../shell/Frame";
import { useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import classes from "./Leads.module.css";
import { words } from "./words";

interface PartsProps {
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of the four parts of the page. */
export function Parts({ about, actions, children }: PartsProps) {
  const t = useWords(words);
  const mayEdit = useMay("edit_leads");
  return (
    <Frame title={t.title} about={about} actions={actions}>
      <nav className={classes.parts} aria-label={t.parts}>
        <NavLink to="/leads" end>
          {t.people}
        </NavLink>
        {mayEdit && <NavLink to="/leads/import">{t.import}</NavLink>}
        <NavLink to="/leads/stoplist">{t.stopList}</NavLink>
        <NavLink to="/leads/consents">{t.consents}</NavLink>
      </nav>
      {children}
    </Frame>
  );
}
