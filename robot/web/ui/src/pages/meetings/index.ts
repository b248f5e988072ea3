import { IconCalendarEvent } from "@tabler/icons-react";

import type { Page } from "../../shell/page";
import { words } from "./words";

export const meetings: Page = {
  path: "/meetings",
  title: words.title,
  icon: IconCalendarEvent,
  right: "see_meetings",
  load: () => import("./Meetings"),
};
