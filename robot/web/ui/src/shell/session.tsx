/** Who is signed in, and what he may do. */

import { useQuery } from "@tanstack/react-query";
import { createContext, use, useEffect, useMemo, type ReactNode } from "react";

import { api, ask, Fault, onSignedOut, setCsrf, type Schemas } from "./client";
import { speak } from "./language";
import { queries } from "./queries";
import type { Language } from "./words";

export type Me = Schemas["MeOut"];
export type Right = Me["rights"][number];

interface Signed {
  readonly me: Me;
  readonly may: (right: Right | null) => boolean;
  readonly signOut: () => Promise<void>;
}

const SignedContext = createContext<Signed | null>(null);
export const ME = ["me"];

async function whoAmI(): Promise<Me | null> {
  try {
    const me = await ask(api.GET("/api/me"));
    setCsrf(me.csrf);
    return me;
  } catch (error) {
    if (error instanceof Fault && error.status === 401) return null;
    throw error;
  }
}

/** null: nobody is signed in. */
export function useMe() {
  const asked = useQuery({ queryKey: ME, queryFn: whoAmI, staleTime: 60_000 });
  useEffect(() => onSignedOut(() => queries.setQueryData(ME, null)), []);
  return asked;
}

/** Signed in: what was shown before may belong to somebody else. chosen: the language asked for at the door; without
 * it the pages speak the one he chose before, wherever that was. */
export function began(me: Me, chosen: Language | null = null): void {
  setCsrf(me.csrf);
  if (chosen === null) speak(me.language === "en" ? "en" : "ru");
  else if (chosen !== me.language) keepLanguage(chosen);
  become(me);
}

/** For letters, and for the next computer he signs in on. */
export function keepLanguage(language: Language): void {
  speak(language);
  void api.PUT("/api/me/language", { body: { language } });
}

/** The query of ME stays the same one: the page watches it. */
function become(me: Me | null): void {
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== ME[0] });
  queries.setQueryData(ME, me);
}

async function signOut(): Promise<void> {
  await ask(api.POST("/api/sign-out"));
  become(null);
}

export function SignedProvider({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  const value = useMemo<Signed>(() => {
    const rights = new Set<Right>(me.rights);
    return { me, may: (right) => right === null || rights.has(right), signOut };
  }, [me]);
  return <SignedContext value={value}>{children}</SignedContext>;
}

export function useSession(): Signed {
  const signed = use(SignedContext);
  if (signed === null) throw new Error("nobody is signed in here");
  return signed;
}

/** Whether the user may; what he may not do is not shown. */
export function useMay(right: Right | null): boolean {
  return useSession().may(right);
}
