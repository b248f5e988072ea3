import { describe, expect, it } from "vitest";

import type { Both } from "./words";
import { phraseName, reasonName, toldName } from "./names";

const ru = (both: Both<string>) => both.ru;

describe("names of a script", () => {
  it("are a seller's words where they are known, and their author's where not", () => {
    expect(reasonName(ru, "not_interested", "refused")).toBe("не интересно");
    expect(reasonName(ru, "бюджет заморожен", "refused")).toBe("бюджет заморожен");
    expect(phraseName(ru, "objections.expensive")).toBe("Возражение «дорого»");
    expect(phraseName(ru, "моя_фраза")).toBe("моя_фраза");
  });

  it("say nothing twice and keep the robot's own to itself", () => {
    expect(reasonName(ru, "busy", "busy")).toBe("");
    expect(toldName(ru, "lead.need")).toBe("Задача");
    expect(toldName(ru, "call.transferred_s")).toBeNull();
    expect(toldName(ru, "meeting.at")).toBeNull();
  });
});
