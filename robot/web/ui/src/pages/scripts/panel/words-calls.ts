import { tr } from "../../../shell/words";

export const words = {
  endedHere: tr("Звонки, которые закончились на этой фразе", "Calls that ended at this phrase"),
  none: tr("За этот период здесь никто не ушёл", "Nobody left here in this period"),
  noneHint: tr("Выберите период побольше или другую версию.", "Choose a longer period or another version."),
  playFrom: tr(
    (who: string, at: string) => `Слушать: ${who}, с ${at}`,
    (who: string, at: string) => `Listen: ${who}, from ${at}`,
  ),
  pause: tr("Пауза", "Pause"),
  resume: tr("Продолжить", "Go on"),
  position: tr("Место в записи", "Place in the recording"),
  noRecording: tr("Записи нет", "No recording"),
  whole: tr("Весь звонок", "The whole call"),
  more: tr("Показать ещё", "Show more"),
  unknown: tr("Без имени", "No name"),
  robot: tr("Робот", "Robot"),
  client: tr("Клиент", "Client"),
  silence: tr("молчание", "silence"),
  unheardHint: tr(
    "Слова, которых робот не понял на этой фразе. Выберите, что они значат, — и робот поймёт их в следующий раз.",
    "Words that the robot did not understand here. Choose what they mean, and it will next time.",
  ),
  unheardNone: tr("На этой фразе робот всех понял", "The robot understood everybody here"),
  unheardNoneHint: tr(
    "Слова появятся, когда в разговоре прозвучит что-то новое.",
    "Words appear when a talk brings something new.",
  ),
  unheardOf: tr(
    (calls: string) => `Просмотрены последние ${calls} таких звонков.`,
    (calls: string) => `Out of the last ${calls} such calls.`,
  ),
  suggested: tr("Предложили коллеги", "Suggested by colleagues"),
  suggestedHint: tr(
    "Слова клиентов, которые коллеги отметили в звонках. Скажите, что они значат, — или отклоните.",
    "Clients’ words that colleagues marked in calls. Say what they mean, or turn them down.",
  ),
  suggestedBy: tr(
    (who: string, phrase: string) => `${who}, после «${phrase}»`,
    (who: string, phrase: string) => `${who}, after “${phrase}”`,
  ),
  turnDown: tr("Отклонить", "Turn down"),
  means: tr("Что это значит?", "What does it mean?"),
  meansOf: tr(
    (text: string) => `Что значит «${text}»?`,
    (text: string) => `What does “${text}” mean?`,
  ),
  make: tr("Сделать примером", "Make it an example"),
  made: tr("Теперь пример", "An example now"),
  perhaps: tr(
    (title: string, share: string) => `черновик понимает как «${title}» (${share})`,
    (title: string, share: string) => `the draft takes it for “${title}” (${share})`,
  ),
  hear: tr("Послушать, как это сказали", "Hear how it was said"),
  times: tr(
    (n: string) => `×\u00a0${n}`,
    (n: string) => `×\u00a0${n}`,
  ),
};
