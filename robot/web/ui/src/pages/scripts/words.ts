import { outcomeNames } from "../../shell/outcomes";
import { enCount, ruCount, tr, type Both } from "../../shell/words";

type Names = Readonly<Record<string, string>>;

function named(ru: Names, en: Names): Both<Names> {
  return { ru, en };
}

/** Kinds of phrases, outcomes of calls and the like: words for codes. */
export const codes = {
  kind: named(
    {
      phrase: "Фраза", book_meeting: "Запись на встречу", collect: "Вопрос", branch: "Развилка", action: "Действие",
      transfer: "Соединение с человеком", goto: "Переход", end: "Конец", objection: "Возражение", broken: "С ошибкой",
    },
    {
      phrase: "Phrase", book_meeting: "Booking", collect: "Question", branch: "Branch", action: "Action",
      transfer: "Transfer", goto: "Go on", end: "End", objection: "Objection", broken: "Broken",
    },
  ),
  outcome: outcomeNames,
  how: named(
    {
      hung_up_during: "положили трубку на полуслове", hung_up_after: "дослушали и положили трубку",
      refused: "отказались", hung_up: "положили трубку",
    },
    {
      hung_up_during: "hung up in mid-phrase", hung_up_after: "heard it and hung up",
      refused: "refused", hung_up: "hung up",
    },
  ),
  goal: named(
    { meeting: "Встреча", callback: "Звонок", information: "Материалы", confirmation: "Подтверждение", payment: "Оплата" },
    { meeting: "Meeting", callback: "Call", information: "Materials", confirmation: "Confirmation", payment: "Payment" },
  ),
}; // prettier-ignore

export const words = {
  scripts: tr("Сценарии", "Scripts"),
  script: tr("Сценарий", "Script"),
  phrases: tr(
    (n: number) => ruCount(n, "фраза", "фразы", "фраз"),
    (n: number) => enCount(n, "phrase", "phrases"),
  ),
  calls: tr(
    (n: number) => ruCount(n, "звонок", "звонка", "звонков"),
    (n: number) => enCount(n, "call", "calls"),
  ),
  talks: tr(
    (n: number) => ruCount(n, "разговор", "разговора", "разговоров"),
    (n: number) => enCount(n, "talk", "talks"),
  ),
  variants: tr(
    (n: number) => ruCount(n, "вариант", "варианта", "вариантов"),
    (n: number) => enCount(n, "variant", "variants"),
  ),
  left: tr(
    (left: string, of: string, share: string) => `ушли ${left} из\u00a0${of} (${share})`,
    (left: string, of: string, share: string) => `left ${left} of\u00a0${of} (${share})`,
  ),
  leftFew: tr(
    (left: string, of: string) => `ушли ${left} из\u00a0${of} · мало данных`,
    (left: string, of: string) => `left ${left} of\u00a0${of} · few data`,
  ),
  nobodyLeft: tr(
    (of: string) => `никто не ушёл из\u00a0${of}`,
    (of: string) => `nobody left of\u00a0${of}`,
  ),
  notReached: tr("не доходили", "nobody came here"),
  ended: tr(
    (of: string) => `закончились здесь: ${of}`,
    (of: string) => `ended here: ${of}`,
  ),
  passed: tr(
    (of: string) => `прошли ${of}`,
    (of: string) => `${of} came by`,
  ),
  raised: tr(
    (of: string) => `звучало ${of}`,
    (of: string) => `raised in ${of}`,
  ),
  start: tr("Начало", "Start"),
  noText: tr("Ничего не говорит", "Says nothing"),
  lane: tr("Возражения и просьбы — могут прозвучать в любой момент", "Objections and requests: may be heard anywhere"),
  returns: tr("вернуться к разговору", "back to the talk"),
  quiet: tr("молчание, непонимание", "silence, not understood"),
  more: tr(
    (n: string) => `и ещё ${n}`,
    (n: string) => `and ${n} more`,
  ),
  findings: tr(
    (n: number) => ruCount(n, "замечание", "замечания", "замечаний"),
    (n: number) => enCount(n, "remark", "remarks"),
  ),
  errors: tr(
    (n: number) => ruCount(n, "ошибка", "ошибки", "ошибок"),
    (n: number) => enCount(n, "error", "errors"),
  ),
  canvas: tr("Сценарий как схема", "The script as a graph"),
  unreachable: tr("Сюда разговор не доходит", "No talk gets here"),
};
