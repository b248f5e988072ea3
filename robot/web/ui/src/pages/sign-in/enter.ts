import { api, ask } from "../../shell/client";
import { began } from "../../shell/session";

export async function enter(given: { readonly name: string; readonly password: string }): Promise<void> {
  began(await ask(api.POST("/api/sign-in", { body: given })));
}

export async function redeem(link: string): Promise<void> {
  began(await ask(api.POST("/api/sign-in/link", { body: { link } })));
}

/** The secret of a one-time link, taken out of the address so that it stays in no history; null without one. */
export function takeLink(): string | null {
  if (location.pathname !== "/sign-in") return null;
  const link = new URLSearchParams(location.hash.slice(1)).get("link");
  history.replaceState(null, "", "/");
  return link;
}
