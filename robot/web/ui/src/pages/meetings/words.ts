import { enCount, ruCount, tr } from "../../shell/words";

export const words = {
  title: tr("Встречи", "Meetings"),
  everybody: tr("Все менеджеры", "All managers"),
  manager: tr("Менеджер", "Manager"),
  week: tr("Неделя", "Week"),
  before: tr("Предыдущая неделя", "The week before"),
  after: tr("Следующая неделя", "The week after"),
  now: tr("Эта неделя", "This week"),
  nobody: tr("Нет ни одного менеджера", "There are no managers"),
  nobodyHint: tr(
    "Робот назначает встречи в свободное время менеджеров: добавьте их в настройках.",
    "The robot books meetings in managers’ free time: add them in the settings.",
  ),
  booked: tr(
    (n: number) => ruCount(n, "встреча", "встречи", "встреч"),
    (n: number) => enCount(n, "meeting", "meetings"),
  ),
  free: tr(
    (hours: string) => `свободно ${hours}`,
    (hours: string) => `${hours} free`,
  ),
  meeting: tr("встреча", "meeting"),
  offered: tr("предлагают сейчас", "offered just now"),
  elsewhere: tr("занят", "busy"),
  closed: tr("не работает", "off"),
  moved: tr("перенесена", "moved"),
  call: tr("Звонок, в котором договорились", "The call in which it was agreed"),
  bookedAt: tr(
    (at: string) => `договорились ${at}`,
    (at: string) => `agreed ${at}`,
  ),
  place: tr("Где", "Where"),
  none: tr("На этой неделе встреч нет", "No meetings this week"),
};
