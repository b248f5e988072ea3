import { tr } from "../../../shell/words";

export const words = {
  add: tr("Новый сценарий", "New script"),
  name: tr("Сценарий", "Script"),
  goal: tr("Цель", "Goal"),
  live: tr("В звонках", "In calls"),
  draft: tr("Черновик", "Draft"),
  campaigns: tr("Кампании", "Campaigns"),
  never: tr("не опубликован", "never published"),
  version: tr(
    (n: number) => `версия ${String(n)}`,
    (n: number) => `version ${String(n)}`,
  ),
  changed: tr(
    (who: string, when: string) => `есть правки · ${who}, ${when}`,
    (who: string, when: string) => `changed · ${who}, ${when}`,
  ),
  unchanged: tr("правок нет", "no changes"),
  none: tr("Сценариев пока нет", "No scripts yet"),
  title: tr("Название", "Title"),
  titleHint: tr("Например: Приглашение на выставку", "For example: invitation to a fair"),
  from: tr("Взять за основу", "Begin from"),
  empty: tr("Пустой сценарий", "An empty script"),
  file: tr("Файл YAML (необязательно)", "A YAML file (if there is one)"),
  chooseFile: tr("Выбрать файл", "Choose a file"),
  id: tr("Имя для кампаний", "Name for campaigns"),
  idHint: tr("Буквы, цифры и подчёркивания; потом не меняется", "Letters, digits and underscores; it stays"),
  create: tr("Создать", "Create"),
  cancel: tr("Отмена", "Cancel"),
};
