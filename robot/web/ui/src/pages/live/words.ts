import { enCount, ruCount, tr } from "../../shell/words";

export const words = {
  title: tr("На линии", "On the line"),
  about: tr(
    (talking: number, ringing: number) =>
      `${ruCount(talking, "разговор", "разговора", "разговоров")}, ${ruCount(ringing, "вызов", "вызова", "вызовов")}`,
    (talking: number, ringing: number) =>
      `${enCount(talking, "talk", "talks")}, ${ringing.toLocaleString("en")} ringing`,
  ),
  empty: tr("Сейчас никто не разговаривает", "Nobody is talking now"),
  emptyHint: tr(
    "Звонки появятся здесь, как только кампания начнёт звонить. Запустить её можно на странице «Сегодня».",
    "Calls appear here as soon as a campaign dials. Start one on Today.",
  ),
  calls: tr("Звонки на линии", "Calls on the line"),
  ringing: tr("Дозваниваемся", "Ringing"),
  cameIn: tr("Звонит сам", "Rang us"),
  noName: tr("Без имени", "No name"),
  robot: tr("Робот", "Robot"),
  client: tr("Клиент", "Client"),
  talk: tr("Разговор", "The talk"),
  choose: tr(
    "Выберите звонок слева — здесь пойдёт разговор по мере того, как его ведут.",
    "Choose a call: its talk runs here as it is spoken.",
  ),
  over: tr("Этот звонок закончился", "This call is over"),
  openCall: tr("Открыть запись", "Open the recording"),
  silence: tr("Ещё ничего не сказано", "Nothing was said yet"),
  back: tr("Ко всем звонкам", "All calls"),
  listen: tr("Слушать", "Listen in"),
  listening: tr("Не слушать", "Stop listening"),
  lost: tr("Звук прервался", "The sound broke off"),
  elsewhere: tr(
    (node: string) => `Звонок идёт на сервере ${node}: слушать — на его странице`,
    (node: string) => `The call is on ${node}: listen on its page`,
  ),
  takeOver: tr("Забрать себе", "Take over"),
  takeOverHint: tr(
    "Ваш телефон зазвонит, а робот пока продолжит разговор. Ответите — вас соединят с клиентом.",
    "Your telephone rings while the robot talks on. When you answer, you are joined with the client.",
  ),
  telephone: tr("Куда звонить вам", "Where to ring you"),
  telephoneHint: tr("Номер или добавочный", "A number or an extension"),
  tellTelephone: tr("Указать мой телефон", "Tell my telephone"),
  myTelephone: tr(
    (number: string) => `Мой телефон: ${number}`,
    (number: string) => `My telephone: ${number}`,
  ),
  telephoneWhy: tr(
    "Сюда робот позвонит, когда вы нажмёте «Забрать себе». Проверьте заранее: клиент ждать не будет.",
    "The robot rings here when you take a call over. Tell it beforehand: a client does not wait.",
  ),
  keepTelephone: tr("Сохранить", "Keep"),
  call: tr("Позвонить мне", "Ring me"),
  hangUp: tr("Положить трубку", "Hang up"),
  hangUpTitle: tr("Положить трубку?", "Hang up?"),
  hangUpHint: tr(
    "Клиент услышит гудки. Сам робот ему не перезвонит.",
    "The client is cut off, and the robot does not call back by itself.",
  ),
  keep: tr("Пусть говорит", "Let it talk"),
  orders: {
    ru: { hang_up: "Кладём трубку…", take_over: "Звоним вам…" },
    en: { hang_up: "Hanging up…", take_over: "Ringing you…" },
  },
  done: {
    ru: { hang_up: "Трубка положена", take_over: "Клиент поговорил с человеком" },
    en: { hang_up: "Hung up", take_over: "The client talked to a person" },
  },
  problems: {
    ru: { call_over: "Не успели: звонок закончился", not_answered: "Ваш телефон не ответил", late: "Не успели" },
    en: { call_over: "Too late: the call is over", not_answered: "Your telephone was not answered", late: "Too late" },
  },
};
