import type { Schemas } from "../../shell/client";
import { enCount, ruCount, tr } from "../../shell/words";

type Named = Readonly<Record<string, string | undefined>>;
type Phase = Schemas["ImportOut"]["phase"];

const phasesRu: Readonly<Record<Phase, string>> = {
  reading: "Читаем файл…",
  checking: "Проверяем номера…",
  ready: "Проверено",
  importing: "Загружаем…",
  done: "Загружено",
  failed: "Не получилось",
};
const phasesEn: Readonly<Record<Phase, string>> = {
  reading: "Reading the file…",
  checking: "Checking the numbers…",
  ready: "Checked",
  importing: "Importing…",
  done: "Imported",
  failed: "Failed",
};
const meaningsRu: Named = {
  phone: "телефон",
  name: "имя",
  company: "компания",
  city: "город",
  region: "регион",
  timezone: "часовой пояс",
  score: "балл",
  consent_source: "источник согласия",
  consent_date: "дата согласия",
  consent_text: "текст согласия",
};
const meaningsEn: Named = {
  phone: "phone",
  name: "name",
  company: "company",
  city: "city",
  region: "region",
  timezone: "time zone",
  score: "score",
  consent_source: "consent source",
  consent_date: "consent date",
  consent_text: "consent text",
};

export const imports = {
  importTitle: tr("Загрузить список", "Import a list"),
  whichCampaign: tr("В какую кампанию", "Into which campaign"),
  dropHere: tr("Перетащите файл сюда", "Drop a file here"),
  choose: tr("Выбрать файл", "Choose a file"),
  fileHint: tr("Excel (XLSX) или CSV, до 32 МБ", "Excel (XLSX) or CSV, up to 32 MB"),
  columnsHint: tr(
    "Нужен столбец «телефон». Понимаем также имя, компанию, город, регион, часовой пояс, балл и согласие; остальные столбцы сохранятся как есть. Сначала покажем, что станет с каждой строкой, — без вашего решения никто в очередь не встанет.",
    "A column “phone” is needed. Name, company, city, region, time zone, score and consent are understood too; other columns are kept as they are. First you see what becomes of each row: nobody is queued before you say so.",
  ),
  noRight: tr("Загружать списки может руководитель отдела продаж", "The head of sales imports lists"),
  file: tr("Файл", "File"),
  another: tr("Другой файл", "Another file"),
  into: tr(
    (campaign: string) => `В кампанию «${campaign}»`,
    (campaign: string) => `Into “${campaign}”`,
  ),
  rowsIn: tr(
    (rows: number, encoding: string) => `${ruCount(rows, "строка", "строки", "строк")} (${encoding})`,
    (rows: number, encoding: string) => `${enCount(rows, "row", "rows")} (${encoding})`,
  ),
  encodings: {
    ru: { "utf-8-sig": "CSV", "utf-16": "CSV", cp1251: "CSV, Windows-1251", XLSX: "Excel" } as Named,
    en: { "utf-8-sig": "CSV", "utf-16": "CSV", cp1251: "CSV, Windows-1251", XLSX: "Excel" } as Named,
  },
  phases: { ru: phasesRu, en: phasesEn },
  outOf: tr(
    (done: string, total: string) => `${done} из ${total}`,
    (done: string, total: string) => `${done} of ${total}`,
  ),
  start: tr(
    (count: number) => `Загрузить ${ruCount(count, "новый лид", "новых лида", "новых лидов")}`,
    (count: number) => `Import ${enCount(count, "new lead", "new leads")}`,
  ),
  startAgain: tr("Продолжить загрузку", "Go on"),
  notYet: tr("Пока ничего не записано.", "Nothing is written yet."),
  nobodyNew: tr(
    "Новых нет: у известных обновятся имя, компания и поля.",
    "Nobody is new: names, companies and fields of those known are brought up to date.",
  ),
  doneWith: tr(
    (count: number) => `Готово: в очереди ${ruCount(count, "новый лид", "новых лида", "новых лидов")}`,
    (count: number) => `Done: ${enCount(count, "new lead", "new leads")} queued`,
  ),
  seeThem: tr("Показать лиды кампании", "Show the campaign's leads"),
  report: tr("Скачать отчёт по строкам", "Download the report of rows"),
  columns: tr("Столбцы файла", "Columns of the file"),
  meanings: { ru: meaningsRu, en: meaningsEn },
  asField: tr("как есть", "kept as it is"),
  leftOut: tr("без названия", "no name"),
  line: tr("Строка", "Line"),
  lineOf: tr(
    (line: number) => `строка ${String(line)}`,
    (line: number) => `line ${String(line)}`,
  ),
  name: tr("Имя", "Name"),
  becomes: tr("Что станет", "What becomes of it"),
  byKind: tr("Строки по тому, что с ними станет", "Rows by what becomes of them"),
  allRows: tr("Все строки", "All rows"),
  rowsTable: tr("Строки файла", "Rows of the file"),
};
