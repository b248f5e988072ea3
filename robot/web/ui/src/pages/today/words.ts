import { enCount, ruCount, tr } from "../../shell/words";

const NBSP = "\u00a0";

export const words = {
  title: tr("Сегодня", "Today"),
  noCampaigns: tr("Кампаний пока нет", "No campaigns yet"),
  noCampaignsHint: tr(
    "Загрузите список лидов — кампания появится здесь, и вы зададите ей план.",
    "Load a list of leads: the campaign appears here, and you set its plan.",
  ),
  goal: {
    ru: { meeting: "Встреч назначено", qualified: "Лидов отобрано", agreed: "Договорились" },
    en: { meeting: "Meetings booked", qualified: "Leads qualified", agreed: "Agreed" },
  },
  quota: tr("План на день", "The day's plan"),
  setQuota: tr("Задать план", "Set a plan"),
  changeQuota: tr(
    (quota: string) => `План ${quota}, изменить`,
    (quota: string) => `The plan is ${quota}, change it`,
  ),
  more: tr("План на один больше", "One more in the plan"),
  fewer: tr("План на один меньше", "One fewer in the plan"),
  forecast: tr("Прогноз на день", "Forecast for the day"),
  between: tr(
    (low: string, high: string) => `от ${low} до ${high}`,
    (low: string, high: string) => `${low} to ${high}`,
  ),
  underWay: tr("Сейчас на линии", "On the line now"),
  limits: {
    ru: {
      quota_met: "План выполнен: договариваем",
      breaker: "Связь сбоит: пауза, потом один пробный звонок",
      hours_over: "Время звонков на сегодня вышло",
      no_slots: "Больше звонить некуда: окна у менеджеров кончаются",
      enough_under_way: "Больше пока не нужно: этих звонков должно хватить",
      recognizer: "Больше разговоров сервер не успевает слушать",
      trunk_rate: "Оператор связи принимает не чаще",
      channels: "Заняты все линии",
    },
    en: {
      quota_met: "The plan is met: the last talks end",
      breaker: "The line fails: a pause, then one probe",
      hours_over: "Calling hours are over for today",
      no_slots: "The managers' slots run out",
      enough_under_way: "No more are needed: these should do",
      recognizer: "The server cannot listen to more talks",
      trunk_rate: "The trunk takes no more at a time",
      channels: "All lines are taken",
    },
  },
  nobody: tr("никого", "nobody"),
  dueNow: tr(
    (due: string) => `По плану к этому часу — ${due}`,
    (due: string) => `Due by now: ${due}`,
  ),
  ahead: tr("Идём по плану", "On plan"),
  behind: tr("Отстаём от плана", "Behind the plan"),
  met: tr("План выполнен", "The plan is met"),
  states: {
    ru: { running: "Звоним", paused: "Пауза", stopped: "Остановлена" },
    en: { running: "Calling", paused: "Paused", stopped: "Stopped" },
  },
  start: tr("Начать звонить", "Start calling"),
  pause: tr("Пауза", "Pause"),
  stop: tr("Остановить", "Stop"),
  stopTitle: tr("Остановить кампанию?", "Stop the campaign?"),
  stopHint: tr(
    (calls: number) =>
      calls === 0
        ? "Новых звонков не будет, пока вы её не запустите."
        : `Новых звонков не будет, а ${ruCount(calls, "идущий разговор оборвётся", "идущих разговора оборвутся", "идущих разговоров оборвутся")}. Чтобы договорить, нажмите «Пауза».`,
    (calls: number) =>
      calls === 0
        ? "Nobody is called until you start it again."
        : `Nobody new is called, and ${enCount(calls, "call under way is", "calls under way are")} cut off. To let them end, press Pause.`,
  ),
  cancel: tr("Не останавливать", "Keep it"),
  byHour: tr("По часам", "By the hour"),
  hourTold: tr(
    (hour: string, done: string, planned: string, dials: string, answered: string) =>
      `${hour}: сделано ${done}, по плану ${planned}; звонков ${dials}, ответили ${answered}`,
    (hour: string, done: string, planned: string, dials: string, answered: string) =>
      `${hour}: ${done} done, ${planned} planned; ${dials} dials, ${answered} answered`,
  ),
  hourAhead: tr(
    (hour: string, planned: string) => `${hour}: по плану ${planned}`,
    (hour: string, planned: string) => `${hour}: ${planned} planned`,
  ),
  legendDone: tr("сделано", "done"),
  legendPlan: tr("план", "plan"),
  left: tr(
    (leads: string, slots: string | null) =>
      slots === null ? `В списке${NBSP}${leads}` : `В списке ${leads}, окон у менеджеров ${slots}`,
    (leads: string, slots: string | null) =>
      slots === null ? `${leads} on the list` : `${leads} on the list, ${slots} free slots`,
  ),
  hours: tr(
    (hours: string) => `Звоним: ${hours}`,
    (hours: string) => `Hours: ${hours}`,
  ),
  needs: tr("Нужен человек", "Needs a person"),
  line: tr("Нет связи с телефонией: звонков не будет", "No way to the telephone network: nobody is called"),
  store: tr("База данных не отвечает", "The database does not answer"),
  parked: tr(
    (count: number) =>
      `${ruCount(count, "запись не дошла", "записи не дошли", "записей не дошло")} до CRM или клиента и ждёт решения`,
    (count: number) => `${enCount(count, "delivery", "deliveries")} did not arrive and wait for a decision`,
  ),
  slots: tr(
    (title: string, count: number) =>
      count === 0
        ? `${title}: у менеджеров не осталось окон для встреч`
        : `${title}: у менеджеров осталось ${ruCount(count, "окно", "окна", "окон")} — меньше, чем нужно для плана`,
    (title: string, count: number) =>
      count === 0
        ? `${title}: the managers have no slots left`
        : `${title}: ${enCount(count, "slot", "slots")} left, fewer than the plan needs`,
  ),
  leads: tr(
    (title: string, count: number) =>
      count === 0
        ? `${title}: список закончился`
        : `${title}: список кончается, осталось ${ruCount(count, "лид", "лида", "лидов")}`,
    (title: string, count: number) =>
      count === 0
        ? `${title}: the list is empty`
        : `${title}: the list runs out, ${enCount(count, "lead", "leads")} left`,
  ),
  breaker: tr(
    (title: string) => `${title}: связь сбоит, звонки приостановлены; робот пробует по одному`,
    (title: string) => `${title}: the line fails; the robot tries one call at a time`,
  ),
  noQuota: tr(
    (title: string) => `${title}: план на день не задан, робот не звонит`,
    (title: string) => `${title}: no plan is set, nobody is called`,
  ),
};
