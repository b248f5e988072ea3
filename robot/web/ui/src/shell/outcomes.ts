/** What calls come to, in one set of words for every page. */

import type { Schemas } from "./client";
import type { Both } from "./words";

export type Outcome = NonNullable<Schemas["CallRow"]["outcome"]>;

const RU: Readonly<Record<Outcome, string>> = {
  meeting_booked: "Встреча назначена",
  callback_scheduled: "Просил перезвонить",
  info_requested: "Просил материалы",
  agreed: "Договорились",
  refused: "Отказ",
  not_decision_maker: "Не тот человек",
  opted_out: "Просил не звонить",
  wrong_number: "Ошиблись номером",
  transferred: "Передан менеджеру",
  voicemail: "Автоответчик",
  no_answer: "Не ответил",
  busy: "Занято",
  failed: "Не дозвонились",
  interrupted: "Разговор прервался",
};
const EN: Readonly<Record<Outcome, string>> = {
  meeting_booked: "Meeting booked",
  callback_scheduled: "Asked to call back",
  info_requested: "Asked for materials",
  agreed: "Agreed",
  refused: "Refused",
  not_decision_maker: "Not the right person",
  opted_out: "Asked not to call",
  wrong_number: "Wrong number",
  transferred: "Handed to a manager",
  voicemail: "Voicemail",
  no_answer: "No answer",
  busy: "Busy",
  failed: "Not reached",
  interrupted: "Cut off",
};

export const OUTCOMES = Object.keys(RU) as Outcome[];

export const outcomeWords: Both<Readonly<Record<Outcome, string>>> = { ru: RU, en: EN };

/** For outcomes that come as any text. */
export const outcomeNames: Both<Readonly<Record<string, string>>> = outcomeWords;
