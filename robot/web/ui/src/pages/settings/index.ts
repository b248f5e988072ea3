import { IconSettings } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const settings: Page = {
  path: "/settings",
  title: words.title,
  icon: IconSettings,
  right: "see_settings",
  load: () => import("./Settings"),
};
