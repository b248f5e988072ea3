import { IconHistory } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const journal: Page = {
  path: "/journal",
  title: words.title,
  icon: IconHistory,
  right: "see_journal",
  load: () => import("./Journal"),
};
