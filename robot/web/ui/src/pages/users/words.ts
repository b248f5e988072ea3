import { tr } from "../../shell/words";

export const words = {
  title: tr("Пользователи", "Users"),
  people: tr("Кто входит", "Who signs in"),
  add: tr("Добавить", "Add"),
  newUser: tr("Новый пользователь", "New user"),
  name: tr("Имя", "Name"),
  nameHint: tr("По нему он входит: Анна Петрова", "He signs in by it: Anna Petrova"),
  role: tr("Роль", "Role"),
  roleHints: {
    ru: {
      head: "Всё, и пользователи тоже",
      manager: "Свой день, звонки, лиды и встречи; может забрать разговор",
      ops: "Связь, доставки и настройки; без записей и данных людей",
      auditor: "Читает звонки, отчёты и журнал; не меняет ничего",
    },
    en: {
      head: "Everything, the users too",
      manager: "His day, calls, leads and meetings; may take a call over",
      ops: "Line, deliveries and settings; no recordings, no people's data",
      auditor: "Reads calls, reports and the journal; changes nothing",
    },
  },
  you: tr("это вы", "you"),
  waits: tr("ещё не входил: ждёт по ссылке", "not yet: waits for the link"),
  seen: tr(
    (ago: string) => `последний вход ${ago}`,
    (ago: string) => `signed in ${ago}`,
  ),
  never: tr("ещё не входил", "has not signed in yet"),
  closed: tr("вход закрыт", "let in no more"),
  link: tr("Новая ссылка для входа", "A new link to sign in"),
  linkAsk: tr(
    (name: string) => `Старый пароль (${name}) перестанет действовать, все сеансы закончатся.`,
    (name: string) => `The old password of ${name} will hold no more, all sessions end.`,
  ),
  makeLink: tr("Сделать ссылку", "Make the link"),
  close: tr("Закрыть вход", "Let in no more"),
  open: tr("Открыть вход", "Let in again"),
  more: tr(
    (name: string) => `Действия: ${name}`,
    (name: string) => `Actions: ${name}`,
  ),
  linkReady: tr("Ссылка для входа", "The link to sign in"),
  linkHint: tr(
    (until: string) => `Передайте лично. Сработает один раз, до ${until}; показываем только сейчас.`,
    (until: string) => `Hand it over yourself. It works once, until ${until}, and is shown only now.`,
  ),
  copy: tr("Скопировать", "Copy"),
  copied: tr("Скопировано", "Copied"),
  done: tr("Готово", "Done"),
  cancel: tr("Отмена", "Cancel"),
  tokens: tr("Доступ для программ", "Access for programs"),
  tokensHint: tr(
    "С токеном сайт или CRM обращается к роботу по API — и может только то, что вы отметите.",
    "A token lets a site or a CRM use the API, with the rights that are ticked and no others.",
  ),
  noTokens: tr("Токенов ещё нет", "No tokens yet"),
  newToken: tr("Новый токен", "New token"),
  tokenName: tr("Для какой программы", "For which program"),
  tokenNameHint: tr("Латиницей: site, crm", "Latin letters: site, crm"),
  rightsLabel: tr("Права", "Rights"),
  rights: {
    ru: {
      see_today: "Видеть день", run_campaigns: "Менять план, запускать и останавливать", see_calls: "Видеть звонки",
      hear_calls: "Слушать записи", take_calls: "Забирать и завершать разговоры", correct_calls: "Исправлять итоги",
      see_scripts: "Видеть сценарии", edit_scripts: "Менять сценарии", see_reports: "Видеть отчёты",
      see_leads: "Видеть лиды и стоп-лист", edit_leads: "Менять лиды, стоп-лист, согласия", see_meetings: "Видеть встречи",
      edit_meetings: "Менять встречи", see_settings: "Видеть настройки", edit_settings: "Менять настройки",
      mend_deliveries: "Чинить доставки", manage_users: "Управлять пользователями", see_journal: "Видеть журнал",
    },
    en: {
      see_today: "See the day", run_campaigns: "Change quotas, start and stop", see_calls: "See calls",
      hear_calls: "Hear recordings", take_calls: "Take calls over, end them", correct_calls: "Correct outcomes",
      see_scripts: "See scripts", edit_scripts: "Edit scripts", see_reports: "See reports",
      see_leads: "See leads and the stop list", edit_leads: "Edit leads, the stop list, consents", see_meetings: "See meetings",
      edit_meetings: "Edit meetings", see_settings: "See settings", edit_settings: "Edit settings",
      mend_deliveries: "Mend deliveries", manage_users: "Manage users", see_journal: "See the journal",
    },
  }, // prettier-ignore
  tokenReady: tr("Токен", "The token"),
  tokenReadyHint: tr(
    "Вставьте его в программу. Показываем только сейчас.",
    "Put it into the program. It is shown only now.",
  ),
  revoke: tr("Отозвать", "Take back"),
  revoked: tr("отозван", "taken back"),
  used: tr(
    (ago: string) => `последний запрос ${ago}`,
    (ago: string) => `used ${ago}`,
  ),
  unused: tr("ещё не обращался", "not used yet"),
};
