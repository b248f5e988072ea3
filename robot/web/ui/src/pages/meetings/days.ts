/** A week on the viewer's clock: which hours to draw, and where on a day's column something lies. Pure. */

export interface Span {
  readonly starts_at: string;
  readonly ends_at: string;
}

export interface Place {
  /** Share of the column's height, 0 to 1. */
  readonly top: number;
  readonly height: number;
}

const MS_HOUR = 3_600_000;
const USUAL: readonly [number, number] = [9, 19];

/** The Monday of the week of this day, as YYYY-MM-DD. */
export function mondayOf(day: Date): string {
  const monday = new Date(day.getFullYear(), day.getMonth(), day.getDate() - ((day.getDay() + 6) % 7));
  return written(monday);
}

export function shifted(day: string, days: number): string {
  const at = new Date(`${day}T12:00`);
  at.setDate(at.getDate() + days);
  return written(at);
}

export function weekOf(monday: string): string[] {
  return Array.from({ length: 7 }, (_, ahead) => shifted(monday, ahead));
}

/** First and last hour that everything fits in, on the viewer's clock. */
export function hoursOf(spans: readonly Span[]): readonly [number, number] {
  let [first, last] = USUAL;
  for (const { starts_at, ends_at } of spans) {
    const [from, to] = [new Date(starts_at), new Date(ends_at)];
    const lasts = (to.getTime() - from.getTime()) / MS_HOUR;
    if (from.toDateString() !== new Date(to.getTime() - 1).toDateString() || lasts > 16) return [0, 24];
    first = Math.min(first, from.getHours());
    last = Math.max(last, from.getHours() + from.getMinutes() / 60 + lasts);
  }
  return [first, Math.min(24, Math.ceil(last))];
}

/** Where a span lies on this day's column; null where it does not touch it. */
export function placeOn(day: string, span: Span, [first, last]: readonly [number, number]): Place | null {
  const midnight = new Date(`${day}T00:00`).getTime();
  const hour = (at: string) => (new Date(at).getTime() - midnight) / MS_HOUR;
  const from = Math.max(first, hour(span.starts_at));
  const to = Math.min(last, hour(span.ends_at));
  return to > from ? { top: (from - first) / (last - first), height: (to - from) / (last - first) } : null;
}

function written(day: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
