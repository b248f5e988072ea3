import { describe, expect, it } from "vitest";

import { formats } from "./formats";
import { enCount, ruCount } from "./words";

const ru = formats("ru");
const en = formats("en");

describe("formats", () => {
  it("parts thousands and units without a line break", () => {
    expect(ru.number(1234567)).toBe("1\u00a0234\u00a0567");
    expect(ru.number(-5)).toBe("\u22125");
    expect(ru.share(0.183)).toBe("18\u00a0%");
    expect(en.share(0.183)).toBe("18%");
    expect(ru.shares(0.134, 0.239)).toBe("13–24\u00a0%");
  });

  it("tells durations", () => {
    expect(ru.duration(125)).toBe("2\u00a0мин 5\u00a0с");
    expect(ru.duration(7260)).toBe("2\u00a0ч 1\u00a0мин");
    expect(ru.duration(0)).toBe("0\u00a0с");
    expect(ru.clock(3723)).toBe("1:02:03");
    expect(ru.clock(65)).toBe("1:05");
  });

  it("shows kopecks as whole roubles", () => {
    expect(ru.money(123_400)).toBe("1\u00a0234\u00a0₽");
  });

  it("shows times in a zone", () => {
    expect(ru.time("2026-11-22T11:05:00Z", "Europe/Moscow")).toBe("14:05");
    expect(ru.ago("2026-11-22T11:00:00Z", "2026-11-22T11:05:00Z")).toBe("5 мин назад");
  });

  it("counts in Russian", () => {
    const calls = (count: number) => ruCount(count, "звонок", "звонка", "звонков");
    expect([1, 2, 5, 11, 21, 1002].map(calls)).toEqual([
      "1\u00a0звонок", "2\u00a0звонка", "5\u00a0звонков", "11\u00a0звонков", "21\u00a0звонок", "1\u00a0002\u00a0звонка",
    ]); // prettier-ignore
    expect(enCount(1, "call", "calls")).toBe("1\u00a0call");
  });
});
