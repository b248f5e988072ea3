/** Numbers, shares, durations, money and times as people read them. Times come in UTC and are shown in the viewer's
 * zone, unless a zone is named. */

import type { Language } from "./words";

const NBSP = "\u00a0";
const MINUS = "\u2212";

type Time = string | number | Date;

export interface Formats {
  /** 1 234 */
  readonly number: (value: number, digits?: number) => string;
  /** 0.18 -> 18 % */
  readonly share: (value: number, digits?: number) => string;
  /** 0.13, 0.24 -> 13–24 % */
  readonly shares: (low: number, high: number) => string;
  /** kopecks -> 1 234 ₽ */
  readonly money: (kopecks: number) => string;
  /** seconds -> 1:05, 1:02:03 */
  readonly clock: (seconds: number) => string;
  /** seconds -> 2 мин 5 с */
  readonly duration: (seconds: number) => string;
  /** 14:05 */
  readonly time: (at: Time, zone?: string) => string;
  /** 22 ноября; with the year when it is another */
  readonly day: (at: Time, zone?: string) => string;
  /** сб, 22 нояб. */
  readonly shortDay: (at: Time, zone?: string) => string;
  /** 22 нояб., 14:05 */
  readonly moment: (at: Time, zone?: string) => string;
  /** 5 мин назад */
  readonly ago: (at: Time, now?: Time) => string;
}

const UNITS = {
  ru: { h: "ч", min: "мин", s: "с" },
  en: { h: "h", min: "min", s: "s" },
} as const;

function make(language: Language): Formats {
  const locale = language === "ru" ? "ru-RU" : "en-GB";
  const number = (value: number, digits = 0) =>
    value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", MINUS);
  const share = (value: number, digits = 0) => `${number(100 * value, digits)}${language === "ru" ? NBSP : ""}%`;
  const dates = (options: Intl.DateTimeFormatOptions) => (at: Time, zone?: string) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }).format(new Date(at));
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const duration = (seconds: number) => spelt(Math.round(seconds), UNITS[language]);
  return {
    number,
    share,
    shares: (low, high) => `${number(100 * low)}–${share(high)}`,
    money: (kopecks) =>
      (kopecks / 100).toLocaleString(locale, { style: "currency", currency: "RUB", maximumFractionDigits: 0 }),
    clock,
    duration,
    time: dates({ hour: "2-digit", minute: "2-digit" }),
    day: (at, zone) => {
      const other = new Date(at).getFullYear() !== new Date().getFullYear();
      return dates({ day: "numeric", month: "long", ...(other ? { year: "numeric" } : {}) })(at, zone);
    },
    shortDay: dates({ weekday: "short", day: "numeric", month: "short" }),
    moment: dates({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }),
    ago: (at, now = Date.now()) => ago(relative, (new Date(at).getTime() - new Date(now).getTime()) / 1000),
  };
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function spelt(seconds: number, units: { h: string; min: string; s: string }): string {
  const parts: [number, string][] =
    seconds >= 3600
      ? [
          [Math.floor(seconds / 3600), units.h],
          [Math.floor(seconds / 60) % 60, units.min],
        ]
      : [
          [Math.floor(seconds / 60), units.min],
          [seconds % 60, units.s],
        ];
  const told = parts.filter(([value]) => value > 0).map(([value, unit]) => `${value}${NBSP}${unit}`);
  return told.join(" ") || `0${NBSP}${units.s}`;
}

function ago(format: Intl.RelativeTimeFormat, seconds: number): string {
  const steps: [number, Intl.RelativeTimeFormatUnit][] = [
    [60, "second"],
    [60, "minute"],
    [24, "hour"],
    [7, "day"],
  ];
  let value = seconds;
  for (const [size, unit] of steps) {
    if (Math.abs(value) < size) return without(format.format(Math.round(value), unit));
    value /= size;
  }
  return without(format.format(Math.round(value), "week"));
}

/** "5 мин. назад": units have no full stop in Russian typography. */
function without(text: string): string {
  return text.replace("мин.", "мин").replace("сек.", "с").replace("ч.", "ч").replace("дн.", "дн");
}

const MADE: Readonly<Record<Language, Formats>> = { ru: make("ru"), en: make("en") };

export function formats(language: Language): Formats {
  return MADE[language];
}
