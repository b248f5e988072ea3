/** What the reader wants and supposes: kept in the address, so that a link shows the same plan. Pure. */

export interface Scenario {
  readonly month: string;
  readonly revenue: number | null;
  readonly deal: number | null;
  readonly perDeal: number;
  /** Shares, 0 to 1; null: as the campaign's own figures are. */
  readonly show: number;
  readonly won: number | null;
  readonly answered: number | null;
  readonly booked: number | null;
  readonly lines: number | null;
}

const USUAL_PER_DEAL = 4;
const USUAL_SHOW = 0.8;
const MOST_MONEY = 1e13;

export function readScenario(address: URLSearchParams): Scenario {
  const number = (name: string, low: number, high: number): number | null => {
    const text = address.get(name);
    const value = text === null || text.trim() === "" ? NaN : Number(text);
    return Number.isFinite(value) && value >= low && value <= high ? value : null;
  };
  const month = address.get("month") ?? "";
  return {
    month: /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? month : "",
    revenue: number("revenue", 1, MOST_MONEY),
    deal: number("deal", 1, MOST_MONEY),
    perDeal: number("per_deal", 1, 1000) ?? USUAL_PER_DEAL,
    show: number("show", 0.01, 1) ?? USUAL_SHOW,
    won: number("won", 0, MOST_MONEY),
    answered: number("answered", 0.001, 1),
    booked: number("booked", 0.001, 1),
    lines: number("lines", 0, 100_000),
  };
}

/** Of the API; null while what it cannot do without is missing. */
export function asQuery(scenario: Scenario) {
  const { revenue, deal, perDeal, show, month, won, answered, booked, lines } = scenario;
  if (revenue === null || deal === null) return null;
  return {
    revenue,
    average_deal: deal,
    meetings_per_deal: perDeal,
    show_up: show,
    ...(month === "" ? {} : { month }),
    ...(won === null ? {} : { won }),
    ...(answered === null ? {} : { answered }),
    ...(booked === null ? {} : { booked }),
    ...(lines === null ? {} : { channels: Math.round(lines) }),
  };
}

/** The present month and the two after it, as the API writes them. */
export function months(now: Date, count = 3): string[] {
  return Array.from({ length: count }, (_, ahead) => {
    const first = new Date(now.getFullYear(), now.getMonth() + ahead, 1);
    return `${first.getFullYear()}-${String(first.getMonth() + 1).padStart(2, "0")}`;
  });
}
