import { tr } from "../../../shell/words";

export const words = {
  title: tr("Проверка разговором", "Try it out"),
  about: tr(
    "Ответьте роботу так, как отвечают клиенты. В отчёты этот разговор не попадёт.",
    "Answer as clients do. Nothing of this talk gets into reports.",
  ),
  text: tr("Текстом", "By text"),
  voice: tr("Голосом", "By voice"),
  how: tr("Как говорить", "How to talk"),
  close: tr("Закрыть", "Close"),
  again: tr("Начать заново", "Begin again"),
  answer: tr("Ваш ответ", "Your answer"),
  send: tr("Ответить", "Answer"),
  silence: tr("Промолчать", "Say nothing"),
  cut: tr("Перебить", "Interrupt"),
  hangUp: tr("Положить трубку", "Hang up"),
  robot: tr("Робот", "Robot"),
  client: tr("Вы", "You"),
  taken: tr(
    (title: string, share: string) => `понято как «${title}» (${share})`,
    (title: string, share: string) => `taken for “${title}” (${share})`,
  ),
  by: tr(
    (matched: string) => `похоже на «${matched}»`,
    (matched: string) => `like “${matched}”`,
  ),
  unheard: tr("не понято", "not understood"),
  ended: tr(
    (outcome: string) => `Разговор окончен: ${outcome}`,
    (outcome: string) => `The talk is over: ${outcome}`,
  ),
  begin: tr("Начать разговор", "Begin the talk"),
  coming: tr("Готовим голос…", "Preparing the voice…"),
  rendering: tr(
    (done: string, total: string) => `Озвучиваем фразы: ${done} из ${total}`,
    (done: string, total: string) => `Voicing phrases: ${done} of ${total}`,
  ),
  listening: tr("Говорите — робот слушает", "Speak: the robot listens"),
  noMicrophone: tr(
    "Браузер не дал микрофон. Разрешите его для этой страницы и попробуйте ещё раз.",
    "The browser gives no microphone. Allow it for this page and try again.",
  ),
  lost: tr("Связь прервалась", "The connection broke"),
};
