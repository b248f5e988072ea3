import { outcomeNames } from "../../shell/outcomes";
import { enCount, ruCount, tr } from "../../shell/words";

export const words = {
  title: tr("Конверсия", "Conversion"),
  about: tr("где теряем людей и что работает", "where people are lost, and what works"),
  script: tr("Сценарий", "Script"),
  version: tr("Версия", "Version"),
  allVersions: tr("Все версии", "All versions"),
  versionOf: tr(
    (day: string, calls: string) => `с ${day}, ${calls}`,
    (day: string, calls: string) => `from ${day}, ${calls}`,
  ),
  talks: tr(
    (n: number) => ruCount(n, "разговор", "разговора", "разговоров"),
    (n: number) => enCount(n, "talk", "talks"),
  ),
  noCalls: tr("За этот период разговоров не было", "There were no talks in this period"),
  noCallsHint: tr("Возьмите период шире или другую кампанию.", "Take a longer period or another campaign."),
  download: tr("Скачать таблицу", "Download the table"),
  csv: tr("CSV", "CSV"),
  xlsx: tr("Excel", "Excel"),

  funnel: tr("Воронка", "Funnel"),
  stages: {
    ru: {
      dials: "Набрали",
      answered: "Взяли трубку",
      talked: "Услышали робота",
      engaged: "Ответили роботу",
      goal: "Дошли до цели",
    },
    en: {
      dials: "Dialed",
      answered: "Picked up",
      talked: "Heard the robot",
      engaged: "Answered it",
      goal: "Reached the goal",
    },
  } as { ru: Record<string, string>; en: Record<string, string> },
  ofPrevious: tr(
    (share: string) => `${share} от предыдущих`,
    (share: string) => `${share} of the step before`,
  ),
  ends: tr("Чем кончились разговоры", "How talks ended"),
  outcomes: outcomeNames,

  phrases: tr("На каких фразах уходят", "At which phrases people leave"),
  phrasesAbout: tr(
    "сверху — где потеряли больше всего; фразы с малым числом звонков — внизу, вне рейтинга",
    "the worst first; phrases with few calls stand below, unranked",
  ),
  phrase: tr("Фраза", "Phrase"),
  reached: tr("Дошли", "Reached"),
  left: tr("Ушли", "Left"),
  leftShare: tr("Доля ушедших", "Share lost"),
  hungUp: tr("Бросили", "Hung up"),
  refusedHere: tr("Отказались", "Refused"),
  notUnderstood: tr("Не поняты", "Not understood"),
  silent: tr("Промолчали", "Silent"),
  toCalls: tr("Показать звонки, потерянные на этой фразе", "Show the calls lost at this phrase"),

  objections: tr("Возражения", "Objections"),
  objection: tr("Возражение", "Objection"),
  raised: tr("Прозвучало", "Raised"),
  returned: tr("Разговор продолжился", "Went on"),
  booked: tr("Дошли до цели", "Reached the goal"),
  noObjections: tr("Возражений не было", "No objections were raised"),

  reasons: tr("Причины отказов", "Why people refuse"),
  noReason: tr("причина не названа", "no reason given"),
  noReasons: tr("Отказов не было", "Nobody refused"),

  channels: tr("Качество лидов по каналам", "Quality of leads by channel"),
  channel: tr("Канал", "Channel"),
  received: tr("Пришло", "Came"),
  processed: tr("Обработано", "Called"),
  wait: tr("Ждали звонка", "Waited"),
  within5: tr("За 5 минут", "Within 5 min"),
  qualified: tr("Подошли", "Qualified"),
  noChannels: tr("Новых лидов не было", "No leads came"),
  channelNames: {
    ru: { list: "Список", webhook: "Заявки с сайта", api: "API", crm: "CRM", inbound: "Звонили сами" },
    en: { list: "List", webhook: "Requests", api: "API", crm: "CRM", inbound: "Called in" },
  } as { ru: Record<string, string>; en: Record<string, string> },

  trend: tr("Динамика", "Trend"),
  trendAbout: tr("доля разговоров, дошедших до цели", "share of talks that reach the goal"),
  byDay: tr("По дням", "By day"),
  byWeek: tr("По неделям", "By week"),
  by: tr("Шаг", "Step"),
  tooFew: tr(
    "Мало разговоров, чтобы судить, выдыхается ли сценарий",
    "Too few talks to say whether the script wears out",
  ),
  wears: tr("Сценарий выдыхается", "The script wears out"),
  wearsHint: tr(
    (since: string, chance: string) => `С ${since}. Случайно такое бывает реже, чем ${chance} случаев.`,
    (since: string, chance: string) => `Since ${since}. By chance that happens in fewer than ${chance} of cases.`,
  ),
  point: tr(
    (day: string, share: string, hits: string, talks: string) => `${day}: ${share}, ${hits} из ${talks}`,
    (day: string, share: string, hits: string, talks: string) => `${day}: ${share}, ${hits} of ${talks}`,
  ),

  experiments: tr("Сравнение вариантов", "Comparing variants"),
  experimentsAbout: tr(
    "вероятность, что вариант лучше остальных, и сколько теряем, если ошибёмся",
    "the probability that a variant is the best, and what is lost by choosing wrongly",
  ),
  versions: tr("Версии сценария", "Versions of the script"),
  ofPhrase: tr(
    (phrase: string) => `Фраза «${phrase}»`,
    (phrase: string) => `The phrase “${phrase}”`,
  ),
  variant: tr("Вариант", "Variant"),
  conversion: tr("Доходят до цели", "Reach the goal"),
  best: tr("Лучший с вероятностью", "Best with probability"),
  loss: tr("Потери при ошибке", "Loss if wrong"),
  points: tr(
    (n: string) => `${n} п. п.`,
    (n: string) => `${n} pp`,
  ),
  advice: {
    ru: { wait: "Рано судить: звонков мало", keep_testing: "Продолжайте сравнивать", choose: "Можно выбирать" },
    en: { wait: "Too early: few calls", keep_testing: "Keep comparing", choose: "Ready to choose" },
  } as { ru: Record<string, string>; en: Record<string, string> },
  winner: tr(
    (name: string) => `Выбирайте «${name}»`,
    (name: string) => `Choose “${name}”`,
  ),
  decide: tr("Решение", "Decision"),
  keep: tr("Оставить его", "Keep it alone"),
  keepSure: tr(
    (variant: string) =>
      `Со следующего звонка робот будет говорить только вариант «${variant}». Это новая версия сценария.`,
    (variant: string) => `From the next call on the robot says “${variant}” alone. It is a new version of the script.`,
  ),
  kept: tr(
    (phrase: string, variant: string) => `Фраза «${phrase}»: остался вариант «${variant}»`,
    (phrase: string, variant: string) => `The phrase “${phrase}”: “${variant}” alone is said`,
  ),
  notKept: tr(
    "Не получилось: откройте сценарий, проверка нашла ошибки",
    "It failed: open the script, its check found faults",
  ),
  cancel: tr("Отмена", "Cancel"),
  noExperiments: tr(
    "Сравнивать нечего: одна версия и нет вариантов фраз",
    "Nothing to compare: one version, no variants",
  ),

  hours: tr("Лучшие часы для звонков", "Best hours to call"),
  hoursAbout: tr("доля наборов, дошедших до цели", "share of dials that reach the goal"),
  bestHours: tr("Лучше всего", "Best"),
  noHours: tr("Пока не видно, какие часы лучше", "It does not show yet which hours are best"),
  weekdays: { ru: ["пн", "вт", "ср", "чт", "пт", "сб", "вс"], en: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] },
  hour: tr(
    (day: string, hour: string) => `${day}, ${hour}:00`,
    (day: string, hour: string) => `${day}, ${hour}:00`,
  ),
  cell: tr(
    (when: string, share: string, hits: string, dials: string) => `${when}: ${share}, ${hits} из ${dials} наборов`,
    (when: string, share: string, hits: string, dials: string) => `${when}: ${share}, ${hits} of ${dials} dials`,
  ),
};
