import { expect, test } from "vitest";

import { readFilter } from "./filters";

test("the address says which leads are shown", () => {
  const search = new URLSearchParams("words=%20ромашка%20&status=queued&consent=given&stopped=1&campaign=cold");
  expect(readFilter(search)).toEqual({
    words: "ромашка",
    state: "queued",
    consent: "given",
    stopped: true,
    campaign: "cold",
  });
  expect(readFilter(new URLSearchParams("status=refused"))).toEqual({ outcome: "refused" });
});

test("what the address says wrongly is not asked for", () => {
  expect(readFilter(new URLSearchParams("status=asleep&consent=maybe&stopped=yes&words=%20"))).toEqual({});
});
