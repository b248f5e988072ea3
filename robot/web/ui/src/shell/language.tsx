import { createContext, use, useCallback, useMemo, useSyncExternalStore, type ReactNode } from "react";

import { formats, type Formats } from "./formats";
import { spoken, type Both, type Language, type Spoken, type Words } from "./words";

const KEPT = "zvonar-language";

interface Chosen {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const LanguageContext = createContext<Chosen>({ language: "ru", choose: () => undefined });

/** What is asked for in requests, too: errors come in the language of the page. */
export function keptLanguage(): Language {
  return localStorage.getItem(KEPT) === "en" ? "en" : "ru";
}

const told = new Set<() => void>();

/** From now on the pages speak it, in this browser. */
export function speak(language: Language): void {
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
  for (const tell of told) tell();
}

function listen(tell: () => void): () => void {
  told.add(tell);
  return () => told.delete(tell);
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const language = useSyncExternalStore(listen, keptLanguage);
  const value = useMemo(() => ({ language, choose: speak }), [language]);
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): Chosen {
  return use(LanguageContext);
}

/** A page's words in the language that was chosen. */
export function useWords<W extends Words>(words: W): Spoken<W> {
  const { language } = useLanguage();
  return useMemo(() => spoken(words, language), [words, language]);
}

/** One thing in the language that was chosen. */
export function useSay(): <T>(both: Both<T>) => T {
  const { language } = useLanguage();
  return useCallback((both) => both[language], [language]);
}

export function useFormats(): Formats {
  return formats(useLanguage().language);
}
