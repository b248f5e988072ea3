import { IconSun } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const today: Page = {
  path: "/today",
  title: words.title,
  icon: IconSun,
  right: "see_today",
  load: () => import("./Today"),
};
