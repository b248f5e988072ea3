import { outcomeWords } from "../../shell/outcomes";
import { enCount, ruCount, tr } from "../../shell/words";

export { OUTCOMES, type Outcome } from "../../shell/outcomes";

export const words = {
  title: tr("Звонки", "Calls"),
  list: tr("Список звонков", "List of calls"),
  outcome: outcomeWords,
  underWay: tr("Идёт разговор", "Under way"),
  found: tr(
    (count: number, more: boolean) =>
      more ? `больше ${ruCount(count, "звонка", "звонков", "звонков")}` : ruCount(count, "звонок", "звонка", "звонков"),
    (count: number, more: boolean) =>
      more ? `over ${enCount(count, "call", "calls")}` : enCount(count, "call", "calls"),
  ),
  clientSaid: tr("Клиент сказал", "The client said"),
  clientSaidHint: tr("слова в любой форме: дорого перезвоните", "words in any form"),
  robotSaid: tr("Робот сказал", "The robot said"),
  outcomes: tr("Итог", "Outcome"),
  anyOutcome: tr("Любой итог", "Any outcome"),
  moreFilters: tr("Фильтры", "Filters"),
  clear: tr("Сбросить", "Clear"),
  phrase: tr("Фраза сценария", "Phrase of the script"),
  anyPhrase: tr("Любая", "Any"),
  phraseWay: tr("Что с ней было", "What happened there"),
  ways: {
    ru: { lost_at: "на ней ушли", ended_at: "ею закончилось", passed: "до неё дошли" },
    en: { lost_at: "lost there", ended_at: "ended with it", passed: "reached it" },
  },
  reason: tr("Причина", "Reason"),
  anyReason: tr("Любая", "Any"),
  manager: tr("Встреча с менеджером", "Meeting with"),
  anyManager: tr("Любым", "Anybody"),
  version: tr("Версия сценария", "Script version"),
  anyVersion: tr("Любая", "Any"),
  least: tr("Длился не меньше, с", "At least, s"),
  most: tr("Не больше, с", "At most, s"),
  notUnderstood: tr("Робот не понял ответ", "The robot did not understand an answer"),
  talkedOnly: tr("Только разговоры", "Talks only"),
  correctedOnly: tr("Итог исправлен человеком", "The outcome was corrected"),
  nothingFound: tr("Таких звонков нет", "No such calls"),
  nothingFoundHint: tr("Смягчите фильтры или возьмите период побольше.", "Ask for less, or for a longer period."),
  noCalls: tr("Звонков ещё не было", "No calls yet"),
  noCallsHint: tr(
    "Задайте план на день на странице «Сегодня» — звонки появятся здесь сами.",
    "Set the day's plan on Today; calls appear here by themselves.",
  ),
  allTime: tr("Показать за всё время", "Show all time"),
  when: tr("Когда", "When"),
  who: tr("Кто", "Who"),
  campaign: tr("Кампания", "Campaign"),
  lasted: tr("Длился", "Lasted"),
  where: tr("Где закончился", "Ended at"),
  mark: tr("Разговор", "Talk"),
  marks: {
    ru: { none: "—", good: "хорошо", fair: "есть замечания", poor: "плохо" },
    en: { none: "—", good: "good", fair: "fair", poor: "poor" },
  },
  nobody: tr("Без имени", "No name"),
  rangIn: tr("позвонил сам", "rang in"),
  corrected: tr("исправлен", "corrected"),
  comments: tr(
    (count: number) => ruCount(count, "комментарий", "комментария", "комментариев"),
    (count: number) => enCount(count, "comment", "comments"),
  ),
  back: tr("Все звонки", "All calls"),
  noTalk: tr("Разговора не было", "There was no talk"),
  noTalkHint: tr("Клиент не взял трубку: слушать и читать нечего.", "The client did not answer."),
  play: tr("Слушать", "Play"),
  pause: tr("Пауза", "Pause"),
  speed: tr("Скорость", "Speed"),
  wave: tr("Запись: вверху клиент, внизу робот", "Recording: the client above, the robot below"),
  position: tr("Место в записи", "Place in the recording"),
  noRecording: tr("Записи нет", "No recording"),
  noSound: tr("Запись не открылась", "The recording did not open"),
  noRecordingHint: tr(
    "Файл на другом сервере, удалён, или у вас нет права слушать.",
    "Its file is on another server, was removed, or you may not hear calls.",
  ),
  robot: tr("Робот", "Robot"),
  client: tr("Клиент", "Client"),
  talk: tr("Разговор", "The talk"),
  playFrom: tr(
    (at: string) => `Слушать с ${at}`,
    (at: string) => `Play from ${at}`,
  ),
  gap: tr(
    (seconds: string) => `ответил через ${seconds}\u00a0с`,
    (seconds: string) => `answered after ${seconds}\u00a0s`,
  ),
  heardOf: tr(
    (text: string) => `клиент услышал: «${text}»`,
    (text: string) => `the client heard: “${text}”`,
  ),
  spokenOver: tr("клиент перебил", "the client broke in"),
  tookBack: tr("робот начал рано и замолчал", "the robot began too early and fell silent"),
  sure: tr(
    (share: string) => `распознано с уверенностью ${share}`,
    (share: string) => `recognized with confidence ${share}`,
  ),
  again: tr(
    (text: string) => `при повторном прослушивании: «${text}»`,
    (text: string) => `heard again as “${text}”`,
  ),
  silence: tr("тишина", "silence"),
  otherMeaning: tr("смысл другой", "another meaning"),
  notes: {
    ru: {
      silent: "клиент промолчал",
      not_understood: "робот не понял",
      hung_up_during: "клиент положил трубку, не дослушав",
      hung_up_after: "клиент положил трубку",
      cut_off: "разговор оборвался по вине робота",
    },
    en: {
      silent: "silence",
      not_understood: "not understood",
      hung_up_during: "the client hung up mid-phrase",
      hung_up_after: "the client hung up",
      cut_off: "cut off by a fault of the robot",
    },
  },
  lostHere: tr("здесь ушёл клиент", "lost here"),
  makeExample: tr("Сделать примером", "Make it an example"),
  isExample: tr("Пример для сценария", "An example for the script"),
  about: tr("О звонке", "About the call"),
  endedBy: {
    ru: { client: "Трубку положил клиент", robot: "Закончил робот", line: "Связь прервалась" },
    en: { client: "The client hung up", robot: "Ended by the robot", line: "The line was lost" },
  },
  meeting: tr("Встреча", "Meeting"),
  callback: tr("Перезвонить", "Call back"),
  leadPhone: tr("Телефон", "Telephone"),
  script: tr("Сценарий", "Script"),
  spoke: tr("Кто говорил", "Who spoke"),
  spokeShares: tr(
    (robot: string, client: string) => `робот ${robot}, клиент ${client}`,
    (robot: string, client: string) => `robot ${robot}, client ${client}`,
  ),
  gaps: tr("Пауза перед ответом", "Gap before answers"),
  gapsValue: tr(
    (usual: string, longest: string) => `обычно ${usual}\u00a0с, самая долгая ${longest}\u00a0с`,
    (usual: string, longest: string) => `usually ${usual}\u00a0s, longest ${longest}\u00a0s`,
  ),
  told: tr("Что узнали", "What was learnt"),
  correct: tr("Исправить итог", "Correct the outcome"),
  correctHint: tr(
    "Отчёты посчитают звонок заново. Очередь не изменится; «Просил не звонить» внесёт номер в стоп-лист.",
    "Reports count the call anew. The queue stays; “Asked not to call” puts the number on the stop list.",
  ),
  newOutcome: tr("На самом деле", "In fact"),
  why: tr("Почему", "Why"),
  save: tr("Сохранить", "Save"),
  cancel: tr("Отмена", "Cancel"),
  was: tr(
    (was: string, by: string, when: string) => `Было «${was}», исправлено: ${by}, ${when}`,
    (was: string, by: string, when: string) => `Was “${was}”; corrected by ${by}, ${when}`,
  ),
  deliveries: tr("Что ушло после звонка", "What went out"),
  noDeliveries: tr("Ничего не отправлялось", "Nothing went out"),
  kinds: {
    ru: {
      call: "звонок в CRM",
      invitation: "приглашение на встречу",
      document: "документ клиенту",
      message: "сообщение клиенту",
    } as Readonly<Record<string, string>>,
    en: { call: "the call", invitation: "invitation", document: "document", message: "message" } as Readonly<
      Record<string, string>
    >,
  },
  states: {
    ru: { waiting: "ждёт", delivered: "доставлено", parked: "нужен человек", dropped: "отменено" } as Readonly<
      Record<string, string>
    >,
    en: { waiting: "waits", delivered: "delivered", parked: "needs a person", dropped: "dropped" } as Readonly<
      Record<string, string>
    >,
  },
  nextTry: tr(
    (at: string) => `следующая попытка ${at}`,
    (at: string) => `next try ${at}`,
  ),
  remarks: tr("Комментарии", "Comments"),
  remark: tr("Комментарий", "Comment"),
  remarkHint: tr("Что заметили в этом разговоре?", "What did you notice?"),
  add: tr("Добавить", "Add"),
  atMoment: tr(
    (at: string) => `к моменту ${at}`,
    (at: string) => `about ${at}`,
  ),
  remove: tr("Удалить комментарий", "Remove the comment"),
};
