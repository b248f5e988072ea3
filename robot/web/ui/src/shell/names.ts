/** Names that scripts of the library and the robot itself use, in a seller's words; a script's own names are shown as their
 * author wrote them. */

import { tr, type Both } from "./words";

const REASONS: Readonly<Record<string, Both<string>>> = {
  not_interested: tr("не интересно", "not interested"),
  not_needed: tr("не нужно", "not needed"),
  not_needed_now: tr("сейчас не нужно", "not needed now"),
  expensive: tr("дорого", "too expensive"),
  price: tr("дорого", "too expensive"),
  have_supplier: tr("уже есть подрядчик", "has a supplier"),
  think: tr("хочет подумать", "wants to think"),
  asked: tr("сам попросил", "asked for it"),
  asked_to_stop: tr("просил не звонить", "asked not to call"),
  erased: tr("данные удалены по просьбе", "erased on request"),
  silence: tr("молчал", "silent"),
  hung_up: tr("положил трубку", "hung up"),
  operator: tr("просил человека", "asked for a person"),
  taken_over: tr("забрал менеджер", "taken over"),
  hung_up_by_person: tr("завершил сотрудник", "ended by a colleague"),
  robot_fault: tr("сбой робота", "a fault of the robot"),
  hours: tr("часы звонков кончились", "calling hours were over"),
  node_lost: tr("сервер перезапускался", "the server restarted"),
  no_verdict: tr("не договорили", "not finished"),
  unknown_number: tr("номера нет", "no such number"),
  assistant: tr("голосовой помощник", "a voice assistant"),
};

const PHRASES: Readonly<Record<string, Both<string>>> = {
  greeting: tr("Приветствие", "Greeting"),
  decision_maker_greeting: tr("Приветствие решающего", "Greeting the decision maker"),
  ask_decision_maker: tr("Просьба соединить", "Asking to be connected"),
  wait_for_transfer: tr("Ожидание соединения", "Waiting to be connected"),
  offer: tr("Предложение", "Offer"),
  book: tr("Выбор времени", "Choosing a time"),
  booking: tr("Выбор времени", "Choosing a time"),
  goodbye: tr("Прощание", "Goodbye"),
  callback: tr("Договорённость перезвонить", "Agreeing to call back"),
  callback_agreed: tr("Договорились перезвонить", "Agreed to call back"),
  refused: tr("Отказ", "Refusal"),
};

const INTENTS: Readonly<Record<string, Both<string>>> = {
  yes: tr("согласен", "yes"),
  no: tr("нет", "no"),
  greeting: tr("поздоровался", "greeted"),
  goodbye: tr("попрощался", "said goodbye"),
  secretary: tr("секретарь", "secretary"),
  decision_maker: tr("решает сам", "decides"),
  transfer: tr("соединяет", "connects"),
  names_time: tr("назвал время", "named a time"),
  choice: tr("выбрал из предложенного", "chose"),
  callback: tr("перезвонить", "call back"),
  wrong_number: tr("ошиблись номером", "wrong number"),
  send_info: tr("просит материалы", "wants materials"),
  are_you_robot: tr("спросил, не робот ли", "asked for a robot"),
  who_is_calling: tr("спросил, кто звонит", "asked who calls"),
  stop_calling: tr("не звонить", "not to call"),
};

const OBJECTIONS = "objections.";

/** "" where it says no more than the outcome does. */
export function reasonName(say: (both: Both<string>) => string, reason: string, outcome: string | null): string {
  if (reason === "" || reason === outcome) return "";
  const known = REASONS[reason];
  return known === undefined ? reason : say(known);
}

export function intentName(say: (both: Both<string>) => string, intent: string): string {
  const known = INTENTS[intent] ?? REASONS[intent];
  return known === undefined ? intent : say(known);
}

export function phraseName(say: (both: Both<string>) => string, phrase: string): string {
  if (phrase.startsWith(OBJECTIONS)) {
    const what = reasonName(say, phrase.slice(OBJECTIONS.length), null);
    return say(tr(`Возражение «${what}»`, `Objection “${what}”`));
  }
  const known = PHRASES[phrase];
  return known === undefined ? phrase : say(known);
}

const TOLD: Readonly<Record<string, Both<string>>> = {
  name: tr("Имя", "Name"),
  need: tr("Задача", "Need"),
  volume: tr("Объём", "Volume"),
  deadline: tr("Срок", "Deadline"),
  budget: tr("Бюджет", "Budget"),
  email: tr("Почта", "E-mail"),
  decision_maker: tr("Кто решает", "Who decides"),
};

/** Of a value that the client told; null for what the robot keeps for itself or the page shows elsewhere. */
export function toldName(say: (both: Both<string>) => string, variable: string): string | null {
  if (variable.startsWith("call.") || variable.startsWith("meeting.")) return null;
  const name = variable.replace(/^lead\./, "");
  const known = TOLD[name];
  return known === undefined ? name : say(known);
}
