import { api, ask } from "../../shell/client";
import { began } from "../../shell/session";
import type { Language } from "../../shell/words";

interface Password {
  readonly name: string;
  readonly password: string;
}

/** chosen: the language asked for on this page, null when nothing was. */
export async function enter(given: Password, chosen: Language | null): Promise<void> {
  began(await ask(api.POST("/api/sign-in", { body: given })), chosen);
}

export async function redeem(link: string, chosen: Language | null): Promise<void> {
  began(await ask(api.POST("/api/sign-in/link", { body: { link } })), chosen);
}

/** The secret of a one-time link, taken out of the address so that it stays in no history; null without one. */
export function takeLink(): string | null {
  if (location.pathname !== "/sign-in") return null;
  const link = new URLSearchParams(location.hash.slice(1)).get("link");
  history.replaceState(null, "", "/");
  return link;
}
