/** The pages in the order of the menu: a new one is a folder with its `index.ts`, and a line here. */

import type { Page } from "../shell/page";
import { calls } from "./calls";
import { plan } from "./plan";
import { today } from "./today";

export const PAGES: readonly Page[] = [today, calls, plan];
