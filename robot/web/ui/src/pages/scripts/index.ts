import { IconSitemap } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const scripts: Page = {
  path: "/scripts",
  title: words.scripts,
  icon: IconSitemap,
  right: "see_scripts",
  load: () => import("./Scripts"),
};
