/** Words in both languages. A page keeps its own in `words.ts`: `{ title: tr("Сегодня", "Today") }`. */

export type Language = "ru" | "en";

export interface Both<T> {
  readonly ru: T;
  readonly en: T;
}

export type Words = Readonly<Record<string, Both<unknown>>>;

/** The words of one language, under the same names. */
export type Spoken<W extends Words> = { readonly [K in keyof W]: W[K]["ru"] };

/** A text, or a function that makes one; both languages take the same arguments. */
export function tr(ru: string, en: string): Both<string>;
export function tr<A extends unknown[]>(
  ru: (...args: A) => string,
  en: (...args: A) => string,
): Both<(...args: A) => string>;
export function tr<T>(ru: T, en: T): Both<T> {
  return { ru, en };
}

export function spoken<W extends Words>(words: W, language: Language): Spoken<W> {
  return Object.fromEntries(Object.entries(words).map(([name, both]) => [name, both[language]])) as Spoken<W>;
}

const RUSSIAN = new Intl.PluralRules("ru");

/** The form of a Russian noun after this number: `plural(5, "звонок", "звонка", "звонков")`. */
export function plural(count: number, one: string, few: string, many: string): string {
  const rule = RUSSIAN.select(count);
  return rule === "one" ? one : rule === "few" ? few : many;
}

/** A number with its noun, which no line break parts. */
export function ruCount(count: number, one: string, few: string, many: string): string {
  return `${count.toLocaleString("ru")}\u00a0${plural(count, one, few, many)}`;
}

export function enCount(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")}\u00a0${count === 1 ? one : many}`;
}
