import { IconSend } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const deliveries: Page = {
  path: "/deliveries",
  title: words.title,
  icon: IconSend,
  right: "mend_deliveries",
  load: () => import("./Deliveries"),
};
