import type { Icon } from "@tabler/icons-react";
import type { ComponentType } from "react";

import type { Right } from "./session";
import type { Both } from "./words";

/** A page of the menu. Everything under `path` is its own: /calls, /calls/17. */
export interface Page {
  readonly path: `/${string}`;
  readonly title: Both<string>;
  readonly icon: Icon;
  /** null: for everybody who is signed in. */
  readonly right: Right | null;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}
