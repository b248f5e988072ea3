import { tr } from "../../shell/words";

type Named = Readonly<Record<string, string | undefined>>;
const named = (ru: Named, en: Named) => ({ ru, en });

export const history = {
  historyPart: tr("Что показать", "What to show"),
  historyParts: named(
    { all: "Всё", talks: "Звонки и встречи", sent: "Отправки", rights: "Согласия и стоп-лист" },
    { all: "All", talks: "Calls and meetings", sent: "Sent", rights: "Consents and stops" },
  ),
  nothingHere: tr("Такого ещё не было", "Nothing of that yet"),
  cameFirst: tr("Появился у нас", "First heard of"),
  queuedIn: tr(
    (campaign: string) => `В очереди кампании «${campaign}»`,
    (campaign: string) => `Queued in “${campaign}”`,
  ),
  sources: named(
    { import: "из списка", webhook: "заявка с сайта", api: "через API", crm: "из CRM", "": "" },
    { import: "from a list", webhook: "a request from a site", api: "through the API", crm: "from the CRM", "": "" },
  ),
  notBefore: tr(
    (at: string) => `не раньше ${at}`,
    (at: string) => `not before ${at}`,
  ),
  callOf: tr(
    (campaign: string) => `звонок, «${campaign}»`,
    (campaign: string) => `a call, “${campaign}”`,
  ),
  callBack: tr(
    (at: string) => `просил перезвонить ${at}`,
    (at: string) => `asked to be called ${at}`,
  ),
  meetingAt: tr(
    (at: string) => `Встреча ${at}`,
    (at: string) => `Meeting ${at}`,
  ),
  tasks: named(
    {
      meeting: "Задача менеджеру: встреча",
      send_info: "Задача менеджеру: отправить материалы",
      follow_up: "Задача менеджеру: связаться",
      another_time: "Задача менеджеру: согласовать другое время",
    },
    {
      meeting: "For the manager: a meeting",
      send_info: "For the manager: send materials",
      follow_up: "For the manager: follow up",
      another_time: "For the manager: agree on another time",
    },
  ),
  done: tr("сделано", "done"),
  dueAt: tr(
    (at: string) => `срок ${at}`,
    (at: string) => `due ${at}`,
  ),
  channels: named(
    { mail: "Письмо", sms: "СМС", messenger: "Сообщение" },
    { mail: "Mail", sms: "Text message", messenger: "Message" },
  ),
  sentStates: named(
    {
      sending: "отправляется",
      sent: "отправлено",
      delivered: "доставлено",
      failed: "не доставлено",
      unsure: "неизвестно, дошло ли",
      not_sent: "не отправлено",
    },
    {
      sending: "under way",
      sent: "sent",
      delivered: "delivered",
      failed: "not delivered",
      unsure: "not known whether it arrived",
      not_sent: "not sent",
    },
  ),
  happened: tr(
    (source: string, what: string) => `${source}: ${what}`,
    (source: string, what: string) => `${source}: ${what}`,
  ),
  happenings: named(
    {
      stage: "новый этап",
      created: "новая карточка",
      task: "задача",
      robot: "просьба позвонить",
      meeting: "скоро встреча",
      sent: "документ отправлен",
      ends: "подходит срок",
    },
    {
      stage: "a new stage",
      created: "a new card",
      task: "a task",
      robot: "a request to call",
      meeting: "a meeting is near",
      sent: "a document was sent",
      ends: "a day draws near",
    },
  ),
  fates: named(
    {
      queued: "поставлен звонок",
      known: "звонок уже стоял в очереди",
      stopped: "не звоним: стоп-лист",
      no_consent: "не звоним: нет согласия",
      bad_phone: "нет номера",
      late: "звонить уже поздно",
      talked: "с ним уже поговорили",
      pointless: "звонок больше не нужен",
      stale: "известие устарело",
    },
    {
      queued: "a call was queued",
      known: "a call was queued already",
      stopped: "never called: stop list",
      no_consent: "not called: no consent",
      bad_phone: "no number",
      late: "too late to call",
      talked: "he was talked to already",
      pointless: "the call has no point any more",
      stale: "old news",
    },
  ),
  agreed: tr("Дал согласие", "Agreed to advertising"),
  tookBack: tr("Отозвал согласие", "Took the consent back"),
  wasStopped: tr("В стоп-листе", "Put on the stop list"),
  wasUnstopped: tr("Убран из стоп-листа", "Taken off the stop list"),
};
