import { IconTargetArrow } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const plan: Page = {
  path: "/plan",
  title: words.title,
  icon: IconTargetArrow,
  right: "see_reports",
  load: () => import("./Plan"),
};
