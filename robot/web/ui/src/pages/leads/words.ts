import type { Schemas } from "../../shell/client";
import { enCount, ruCount, tr } from "../../shell/words";
import { words as callWords } from "../calls/words";
import { history } from "./words-history";
import { imports } from "./words-import";

export { OUTCOMES } from "../calls/words";

type Named<K extends string> = Readonly<Record<K, string>>;
type State = NonNullable<Schemas["LeadRow"]["task"]>["state"];
type Consent = Schemas["LeadRow"]["consent"];
type Kind = Schemas["ImportRow"]["kind"];

const statesRu: Named<State> = { queued: "Ждёт звонка", claimed: "Звоним сейчас", done: "Отзвонились" };
const statesEn: Named<State> = { queued: "Waits for a call", claimed: "Being called", done: "Done" };
export const STATUSES = Object.keys(statesRu) as State[];

const consentRu: Named<Consent> = { given: "Есть согласие", revoked: "Согласие отозвано", none: "Согласия нет" };
const consentEn: Named<Consent> = { given: "Consent given", revoked: "Consent revoked", none: "No consent" };
const shortRu: Named<Consent> = { given: "есть", revoked: "отозвано", none: "нет" };
const shortEn: Named<Consent> = { given: "given", revoked: "revoked", none: "none" };
export const CONSENT_STATES = Object.keys(consentRu) as Consent[];

const kindsRu: Named<Kind> = {
  queued: "Новый: позвоним",
  later: "Новый: позвоним не сразу",
  known: "Уже есть в кампании",
  merged: "Повтор в файле",
  stopped: "В стоп-листе",
  no_consent: "Нет согласия",
  refused: "Ошибка в строке",
  not_allowed: "Номер не набираем",
};
const kindsEn: Named<Kind> = {
  queued: "New: will be called",
  later: "New: not at once",
  known: "In the campaign already",
  merged: "Twice in the file",
  stopped: "On the stop list",
  no_consent: "No consent",
  refused: "Bad row",
  not_allowed: "Never dialed",
};
export const KINDS = Object.keys(kindsRu) as Kind[];

export const words = {
  ...imports,
  ...history,
  title: tr("Лиды", "Leads"),
  parts: tr("Разделы лидов", "Parts of leads"),
  people: tr("Лиды", "Leads"),
  import: tr("Загрузка", "Import"),
  stopList: tr("Стоп-лист", "Stop list"),
  consents: tr("Согласия", "Consents"),
  list: tr("Список лидов", "List of leads"),
  lead: tr("Лид", "Lead"),
  back: tr("К лидам", "To leads"),
  bring: tr("Загрузить список", "Import a list"),
  found: tr(
    (count: number, more: boolean) => `${more ? "больше " : ""}${ruCount(count, "лид", "лида", "лидов")}`,
    (count: number, more: boolean) => `${more ? "over " : ""}${enCount(count, "lead", "leads")}`,
  ),
  who: tr("Кого ищем", "Whom"),
  whoHint: tr("Имя, компания или часть номера", "Name, company or a part of the number"),
  status: tr("Состояние", "Status"),
  anyStatus: tr("Любое состояние", "Any status"),
  now: tr("Сейчас", "Now"),
  cameTo: tr("Чем закончилось", "Came to"),
  statuses: { ru: statesRu, en: statesEn },
  outcome: callWords.outcome,
  consent: tr("Согласие", "Consent"),
  anyConsent: tr("Любое согласие", "Any consent"),
  consentStates: { ru: consentRu, en: consentEn },
  consentShort: { ru: shortRu, en: shortEn },
  rowKinds: { ru: kindsRu, en: kindsEn },
  onlyStopped: tr("Только из стоп-листа", "Only on the stop list"),
  clear: tr("Сбросить", "Clear"),
  nothingFound: tr("Таких лидов нет", "No such leads"),
  nothingFoundHint: tr("Проверьте написание или смягчите фильтры.", "Check the spelling, or ask for less."),
  noLeads: tr("Лидов ещё нет", "No leads yet"),
  noLeadsHint: tr(
    "Загрузите список из Excel или CSV: робот начнёт звонить в часы кампании.",
    "Import a list from Excel or CSV: the robot begins to call in the campaign's hours.",
  ),
  nameless: tr("Без имени", "No name"),
  campaign: tr("Кампания", "Campaign"),
  city: tr("Город", "City"),
  dials: tr("Попытки", "Dials"),
  came: tr("Появился", "Came"),
  isStopped: tr("В стоп-листе", "On the stop list"),
  noTask: tr("Не в кампании", "In no campaign"),
  history: tr("История", "History"),
  about: tr("О лиде", "About"),
  fields: tr("Ещё известно", "Also known"),
  phone: tr("Телефон", "Phone"),
  showNumber: tr("Показать", "Show"),
  nextCall: tr("Следующий звонок", "Next call"),
  pause: tr("Пауза", "Pause"),
  until: tr(
    (day: string) => `не звоним до ${day}`,
    (day: string) => `no calls until ${day}`,
  ),
  zone: tr("Часовой пояс", "Time zone"),
  neverCall: tr("Больше не звонить", "Never call again"),
  neverCallHint: tr(
    "Номер попадёт в стоп-лист: робот не позвонит на него ни в одной кампании.",
    "The number goes on the stop list: the robot calls it in no campaign.",
  ),
  toStopList: tr("В стоп-лист", "Onto the stop list"),
  reason: tr("Причина", "Reason"),
  stopListAbout: tr("кому робот не звонит никогда", "whom the robot never calls"),
  fromFile: tr("Из файла", "From a file"),
  export: tr("Скачать", "Download"),
  addStop: tr("Добавить номер", "Add a number"),
  isHeStopped: tr("Проверить номер", "Check a number"),
  number: tr("Номер телефона", "Phone number"),
  look: tr("Проверить", "Check"),
  notStopped: tr("Номера в стоп-листе нет", "Not on the stop list"),
  stoppedBy: tr(
    (entry: string, since: string) => `Не звоним: ${entry}, с ${since}`,
    (entry: string, since: string) => `Never called: ${entry}, since ${since}`,
  ),
  asked: tr("сам попросил не звонить", "asked not to be called"),
  erased: tr("данные удалены по его просьбе", "erased on his request"),
  removeStop: tr("Убрать из стоп-листа", "Take off the stop list"),
  take: tr("Убрать", "Remove"),
  removeHint: tr(
    (entry: string) => `${entry}: звонить снова будет можно. Кто и почему убрал, сохранится.`,
    (entry: string) => `${entry}: calls become possible again. Who removed it, and why, is kept.`,
  ),
  numberOrPattern: tr("Номер или шаблон", "Number or pattern"),
  patternHint: tr(
    "Номер целиком, или шаблон: +7495* — весь код, +7912345670? — десять номеров",
    "A whole number, or a pattern: +7495* is a whole code, +7912345670? ten numbers",
  ),
  since: tr("С какого времени", "Since"),
  noStops: tr("Стоп-лист пуст", "The stop list is empty"),
  noStopsHint: tr(
    "Кто попросит робота не звонить, попадёт сюда сам.",
    "Whoever asks the robot not to call comes here by himself.",
  ),
  stoppedNow: tr(
    (closed: number) => `Готово. Снято звонков: ${String(closed)}`,
    (closed: number) => `Done. Calls taken off: ${String(closed)}`,
  ),
  removed: tr("Что убирали", "What was removed"),
  stopsFromFile: tr("Стоп-лист из файла", "Stop list from a file"),
  stopFileHint: tr(
    "CSV или Excel до 8 МБ со столбцом «телефон» и, если есть, «причина»",
    "CSV or Excel up to 8 MB with a column “phone” and perhaps “reason”",
  ),
  stopFileHas: tr(
    (entries: number, patterns: number) =>
      `В файле ${ruCount(entries, "запись", "записи", "записей")}${patterns > 0 ? `, из них шаблонов: ${String(patterns)}` : ""}`,
    (entries: number, patterns: number) =>
      `${enCount(entries, "entry", "entries")}${patterns > 0 ? `, patterns: ${String(patterns)}` : ""}`,
  ),
  stopFileRefused: tr(
    (count: number) => `Не подойдут: ${ruCount(count, "строка", "строки", "строк")}`,
    (count: number) => `Left out: ${enCount(count, "row", "rows")}`,
  ),
  stopThem: tr(
    (count: number) => `Не звонить: ${ruCount(count, "запись", "записи", "записей")}`,
    (count: number) => `Never call ${enCount(count, "entry", "entries")}`,
  ),
  consentsAbout: tr("кто разрешил звонить с рекламой", "who allowed advertising calls"),
  record: tr("Записать согласие", "Record a consent"),
  recordHint: tr("Лид с этим номером уже должен быть загружен", "The lead of this number must be there already"),
  didHeAgree: tr("Проверить согласие", "Check a consent"),
  neverAgreed: tr("Согласия этого номера нет", "This number gave no consent"),
  revoke: tr("Отозвать всё", "Revoke all"),
  revokeHint: tr("Рекламных звонков больше не будет.", "No more advertising calls."),
  revokedNow: tr(
    (closed: number) => `Согласие отозвано. Снято звонков: ${String(closed)}`,
    (closed: number) => `Revoked. Calls taken off: ${String(closed)}`,
  ),
  revokedOn: tr(
    (day: string) => `отозвано ${day}`,
    (day: string) => `revoked on ${day}`,
  ),
  source: tr("Откуда согласие", "Source"),
  sourceHint: tr("Форма на сайте, договор № 12…", "Form on the site, contract 12…"),
  given: tr("Дано", "Given"),
  revoked: tr("Отозвано", "Revoked"),
  wording: tr("С чем согласился", "Wording"),
  noConsents: tr("Согласий ещё нет", "No consents yet"),
  noConsentsHint: tr(
    "Они приходят со списком (столбцы «источник согласия», «дата согласия», «текст согласия»), из CRM и с сайта.",
    "They come with a list (columns “consent source”, “consent date”, “consent text”), from the CRM and from sites.",
  ),
};
