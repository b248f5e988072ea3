import { IconPhoneCall } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const live: Page = {
  path: "/live",
  title: words.title,
  icon: IconPhoneCall,
  right: "see_calls",
  load: () => import("./Live"),
};
