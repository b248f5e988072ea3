/** The pages in the order of the menu: a new one is a folder with its `index.ts`, and a line here. */

import type { Page } from "../shell/page";
import { calls } from "./calls";
import { deliveries } from "./deliveries";
import { journal } from "./journal";
import { leads } from "./leads";
import { live } from "./live";
import { meetings } from "./meetings";
import { plan } from "./plan";
import { reports } from "./reports";
import { scripts } from "./scripts";
import { settings } from "./settings";
import { today } from "./today";
import { users } from "./users";

export const PAGES: readonly Page[] = [
  today,
  live,
  scripts,
  reports,
  calls,
  leads,
  meetings,
  plan,
  deliveries,
  settings,
  users,
  journal,
];
