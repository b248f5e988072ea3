import { enCount, ruCount, tr } from "../../shell/words";

export const words = {
  title: tr("Исходящее", "Outgoing"),
  about: tr("что ещё не дошло до CRM и клиентов", "what has not reached CRMs and clients yet"),
  parked: tr("Решает человек", "For a person to decide"),
  waiting: tr("Ждёт отправки", "Waiting"),
  delivered: tr("Доставлено", "Delivered"),
  dropped: tr("Отменено", "Dropped"),
  show: tr("Показать", "Show"),
  nothing: tr("Здесь пусто", "Nothing here"),
  allWell: tr("Всё доставлено", "All is delivered"),
  allWellHint: tr(
    "Сюда попадает то, что робот не смог отправить сам: с причиной и тем, что сделать.",
    "What the robot could not send by itself comes here, with the reason and what to do.",
  ),
  toDo: tr("Что делать", "What to do"),
  onTheWay: tr("отправляется", "on its way"),
  next: tr(
    (at: string) => `следующая попытка ${at}`,
    (at: string) => `next try ${at}`,
  ),
  tries: tr(
    (n: number) => ruCount(n, "попытка", "попытки", "попыток"),
    (n: number) => enCount(n, "try", "tries"),
  ),
  lead: tr("Лид", "Lead"),
  call: tr("Звонок", "Call"),
  retry: tr("Отправить ещё раз", "Send again"),
  drop: tr("Не отправлять", "Never send"),
  dropTitle: tr("Не отправлять?", "Never send it?"),
  dropHint: tr("Это решение останется в журнале с вашим именем.", "The decision stays in the journal with your name."),
  reason: tr("Почему", "Why"),
  cancel: tr("Отмена", "Cancel"),
  more: tr("Показать ещё", "Show more"),
  unheard: tr("Не позвонили: в CRM нет номера", "Not called: their CRM has no number"),
  target: {
    ru: {
      bitrix24: "Битрикс24", amocrm: "amoCRM", odoo: "Odoo", webhook: "ваша система", onec: "1С",
      sending: "почта клиенту", messages: "сообщение клиенту", calendar: "календарь менеджера",
    },
    en: {
      bitrix24: "Bitrix24", amocrm: "amoCRM", odoo: "Odoo", webhook: "your system", onec: "1C",
      sending: "letter to the client", messages: "message to the client", calendar: "the manager’s calendar",
    },
  } as { ru: Record<string, string>; en: Record<string, string> }, // prettier-ignore
  kind: {
    ru: { call: "итог звонка", reply: "ответ роботу CRM", document: "документ", invitation: "приглашение", message: "сообщение" },
    en: { call: "a call’s result", reply: "an answer to a CRM’s robot", document: "a document", invitation: "an invitation", message: "a message" },
  } as { ru: Record<string, string>; en: Record<string, string> }, // prettier-ignore
};
