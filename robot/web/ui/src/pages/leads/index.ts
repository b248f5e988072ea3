import { IconAddressBook } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const leads: Page = {
  path: "/leads",
  title: words.title,
  icon: IconAddressBook,
  right: "see_leads",
  load: () => import("./Leads"),
};
