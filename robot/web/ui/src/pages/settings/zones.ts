/** Time zones that campaigns and managers work in: Russia's first, from west to east, then all others. */

import type { Language } from "../../shell/words";

const RUSSIA: readonly (readonly [string, string, string])[] = [
  ["Europe/Kaliningrad", "Калининград", "Kaliningrad"],
  ["Europe/Moscow", "Москва", "Moscow"],
  ["Europe/Samara", "Самара", "Samara"],
  ["Asia/Yekaterinburg", "Екатеринбург", "Yekaterinburg"],
  ["Asia/Omsk", "Омск", "Omsk"],
  ["Asia/Novosibirsk", "Новосибирск", "Novosibirsk"],
  ["Asia/Krasnoyarsk", "Красноярск", "Krasnoyarsk"],
  ["Asia/Irkutsk", "Иркутск", "Irkutsk"],
  ["Asia/Yakutsk", "Якутск", "Yakutsk"],
  ["Asia/Vladivostok", "Владивосток", "Vladivostok"],
  ["Asia/Magadan", "Магадан", "Magadan"],
  ["Asia/Kamchatka", "Камчатка", "Kamchatka"],
];

export interface Zone {
  readonly value: string;
  readonly label: string;
}

/** kept: the zone that is set now, which is offered whether or not it is known here. */
export function zones(language: Language, kept: string): Zone[] {
  const known = RUSSIA.map(([value, ru, en]) => ({ value, label: language === "ru" ? ru : en }));
  const named = new Set(known.map((zone) => zone.value));
  const others = [...new Set([...Intl.supportedValuesOf("timeZone"), kept])].filter((zone) => !named.has(zone));
  return [...known, ...others.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))];
}
