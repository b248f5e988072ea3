import { IconUsers } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const users: Page = {
  path: "/users",
  title: words.title,
  icon: IconUsers,
  right: "manage_users",
  load: () => import("./Users"),
};
