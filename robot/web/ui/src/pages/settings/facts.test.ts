import { describe, expect, it } from "vitest";

import { readFacts, writeFacts } from "./facts";

describe("words of a script", () => {
  it("are read back as they were written", () => {
    const facts = { price: "от 9 тысяч = недорого", "company.name": "Ромашка", empty: "" };
    expect(readFacts(writeFacts(facts))).toEqual({ facts, wrong: null });
  });

  it("take blank lines and spaces as nothing", () => {
    expect(readFacts("\n  price=1 \n\n")).toEqual({ facts: { price: "1" }, wrong: null });
  });

  it.each(["price", "Цена = 1", "= 1", "__proto__ = x", "a..b = 1"])("name the line that is none: %s", (line) => {
    expect(readFacts(`price = 1\n${line}`).wrong).toBe(line);
  });

  it("keep a value of several lines on one", () => {
    expect(writeFacts({ price: "раз\nдва" })).toBe("price = раз два");
  });
});
