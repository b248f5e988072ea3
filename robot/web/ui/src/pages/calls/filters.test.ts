import { describe, expect, it } from "vitest";

import { ofPreset } from "../../shell/period";
import { ALL, changed, count, MORE, readFilter, readPhrase, without } from "./filters";

const ALWAYS = ofPreset("all");

describe("the filter of the address", () => {
  it("asks for what the address says and nothing else", () => {
    const search = new URLSearchParams(
      "client_words=+дорого+&outcome=refused,busy,nonsense&least_s=30&most_s=x&not_understood=1&talked=0&lost_at=offer",
    );
    expect(readFilter(search, ALWAYS)).toEqual({
      client_words: "дорого",
      outcome: ["refused", "busy"],
      least_s: 30,
      not_understood: true,
      lost_at: "offer",
    });
  });

  it("takes the bounds of the period", () => {
    const today = ofPreset("today", new Date(2026, 10, 22, 12));
    expect(readFilter(new URLSearchParams(), today)).toEqual({ since: today.since, until: today.until });
  });

  it("knows which way a phrase was meant", () => {
    expect(readPhrase(new URLSearchParams("passed=offer"))).toEqual(["passed", "offer"]);
    expect(readPhrase(new URLSearchParams())).toEqual(["lost_at", ""]);
  });

  it("changes and clears parts of the address and leaves the rest", () => {
    const search = new URLSearchParams("campaign=cold&reason=дорого&talked=1");
    expect(count(search, MORE)).toBe(2);
    expect(changed(search, { reason: "", least_s: "10" }).toString()).toBe("campaign=cold&talked=1&least_s=10");
    expect(without(search, ALL).toString()).toBe("campaign=cold");
  });
});
