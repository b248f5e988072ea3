import { enCount, ruCount, tr } from "../../../shell/words";

export const words = {
  publish: tr("Опубликовать", "Publish"),
  title: tr("Опубликовать сценарий", "Publish the script"),
  note: tr("Что изменили и зачем", "What was changed, and why"),
  noteHint: tr("Например: короче приветствие, сразу вопрос", "For example: a shorter greeting, the question first"),
  changes: tr("Что изменится в звонках", "What will change in calls"),
  noChanges: tr("Черновик не отличается от опубликованной версии.", "The draft is no different from the live version."),
  first: tr("Это первая публикация.", "This is the first publication."),
  blocked: tr(
    (n: number) => `Публиковать нельзя: ${ruCount(n, "ошибка", "ошибки", "ошибок")}`,
    (n: number) => `It cannot be published: ${enCount(n, "error", "errors")}`,
  ),
  warned: tr(
    (n: number) => `${ruCount(n, "замечание", "замечания", "замечаний")}, публиковать можно`,
    (n: number) => `${enCount(n, "remark", "remarks")}, it may be published`,
  ),
  checked: tr("Проверка пройдена, замечаний нет", "Checked, no remarks"),
  states: {
    ru: {
      checking: "Проверяем сценарий",
      training: "Учим робота понимать ответы",
      rendering: "Озвучиваем фразы",
      writing: "Сохраняем версию",
    },
    en: {
      checking: "Checking the script",
      training: "Teaching the robot the answers",
      rendering: "Voicing phrases",
      writing: "Keeping the version",
    },
  },
  ofTotal: tr(
    (done: string, total: string) => `${done} из ${total}`,
    (done: string, total: string) => `${done} of ${total}`,
  ),
  done: tr(
    (n: number) => `Версия ${String(n)} опубликована`,
    (n: number) => `Version ${String(n)} is published`,
  ),
  doneHint: tr("Следующие звонки пойдут по ней.", "The next calls will speak it."),
  pinned: tr(
    (title: string, n: number) => `Кампания «${title}» закреплена за версией ${String(n)} и останется на ней.`,
    (title: string, n: number) => `The campaign “${title}” is pinned to version ${String(n)} and stays with it.`,
  ),
  failed: tr("Опубликовать не получилось", "It could not be published"),
  unspoken: tr("Не получилось озвучить", "Could not be voiced"),
  close: tr("Готово", "Done"),
  cancel: tr("Отмена", "Cancel"),
  versions: tr("Версии", "Versions"),
  versionNo: tr(
    (n: number) => `Версия ${String(n)}`,
    (n: number) => `Version ${String(n)}`,
  ),
  live: tr("сейчас в звонках", "in calls now"),
  shipped: tr("входит в поставку", "came with the product"),
  restoredOf: tr(
    (n: number) => `содержание версии ${String(n)}`,
    (n: number) => `content of version ${String(n)}`,
  ),
  restore: tr("Вернуть эту версию", "Restore this version"),
  restoreHint: tr(
    "Её содержание станет новой версией. Черновик останется как есть.",
    "Its content becomes a new version. The draft stays as it is.",
  ),
  look: tr("Посмотреть", "Look at it"),
  toDraft: tr("Взять в черновик", "Take into the draft"),
  compare: tr("Сравнить с черновиком", "Compare with the draft"),
  compared: tr(
    (n: number) => `Чем черновик отличается от версии ${String(n)}`,
    (n: number) => `How the draft differs from version ${String(n)}`,
  ),
  noVersions: tr("Сценарий ещё не публиковали", "The script was never published"),
  same: tr("Отличий нет", "No differences"),
  kind: {
    ru: { added: "добавлено", removed: "удалено", changed: "изменено" },
    en: { added: "added", removed: "removed", changed: "changed" },
  },
  followers: tr("Кто по нему звонит", "Who calls with it"),
  newest: tr("Всегда самая новая", "Always the newest"),
  pinOf: tr(
    (title: string) => `По какой версии звонит «${title}»`,
    (title: string) => `Which version “${title}” calls with`,
  ),
  conflict: tr("Фразу изменили одновременно с вами", "Somebody changed the same phrase"),
  conflictBy: tr(
    (author: string, when: string) =>
      `${author} сохранил(а) свои правки в ${when}. Ваши не потеряны: выберите, что оставить.`,
    (author: string, when: string) => `${author} saved edits at ${when}. Yours are not lost: choose what to keep.`,
  ),
  mine: tr("Ваша правка", "Your edit"),
  theirs: tr("Чужая правка", "Their edit"),
  keepMine: tr("Оставить мою", "Keep mine"),
  keepTheirs: tr("Оставить чужую", "Keep theirs"),
  copyMine: tr("Скопировать мой текст", "Copy my text"),
  copied: tr("Скопировано", "Copied"),
};
