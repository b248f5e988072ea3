import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";

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

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(keptLanguage);
  const choose = useCallback((chosen: Language) => {
    localStorage.setItem(KEPT, chosen);
    document.documentElement.lang = chosen;
    setLanguage(chosen);
  }, []);
  const value = useMemo(() => ({ language, choose }), [language, choose]);
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
