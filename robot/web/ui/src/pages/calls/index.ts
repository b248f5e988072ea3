import { IconPhone } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const calls: Page = {
  path: "/calls",
  title: words.title,
  icon: IconPhone,
  right: "see_calls",
  load: () => import("./Calls"),
};
