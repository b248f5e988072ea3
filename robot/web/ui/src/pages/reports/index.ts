import { IconChartFunnel } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const reports: Page = {
  path: "/reports",
  title: words.title,
  icon: IconChartFunnel,
  right: "see_reports",
  load: () => import("./Reports"),
};
