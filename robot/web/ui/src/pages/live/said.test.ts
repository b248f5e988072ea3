import { describe, expect, it } from "vitest";

import { isSaid, linesOf, withLine, type Said, type Turn } from "./said";

const turn = (number: number, said: string, heard: string) => ({ number, said, heard }) as Turn;
const robot = (text: string): Said => ({ call: "1", by: "robot", text });
const client = (text: string): Said => ({ call: "1", by: "client", text });
const texts = (turns: Turn[], told: Said[]) => linesOf(turns, told).map((line) => `${line.by}: ${line.text}`);

describe("what was said", () => {
  it("shows what was told before it is stored, and then once", () => {
    const told = [robot("Здравствуйте!"), client("Да")];
    expect(texts([], told)).toEqual(["robot: Здравствуйте!", "client: Да"]);
    expect(texts([turn(1, "Здравствуйте!", "")], told)).toEqual(["robot: Здравствуйте!", "client: Да"]);
    expect(texts([turn(1, "Здравствуйте!", "Да")], told)).toEqual(["robot: Здравствуйте!", "client: Да"]);
  });

  it("shows twice what was said twice", () => {
    const told = [client("Алло"), client("Алло")];
    expect(texts([turn(1, "Здравствуйте!", "Алло")], told)).toEqual([
      "robot: Здравствуйте!",
      "client: Алло",
      "client: Алло",
    ]);
  });

  it("keeps turns in their order", () => {
    expect(texts([turn(2, "Два", ""), turn(1, "Раз", "да")], [])).toEqual(["robot: Раз", "client: да", "robot: Два"]);
  });

  it("keeps the lines of each call apart, and only the last of them", () => {
    let heard = withLine({}, robot("x"));
    for (let n = 0; n < 50; n++) heard = withLine(heard, { ...client(String(n)), call: "2" });
    expect(heard["1"]).toEqual([robot("x")]);
    expect(heard["2"]?.map((line) => line.text).slice(-1)).toEqual(["49"]);
    expect(heard["2"]?.length).toBe(20);
  });

  it("takes nothing that is no line", () => {
    expect([null, 1, {}, { call: "1", by: "x", text: "y" }, robot("x")].map(isSaid)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});
