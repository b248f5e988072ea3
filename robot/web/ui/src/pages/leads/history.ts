/** What happened to a lead, in words. */

import { useFormats, useSay, useWords } from "../../shell/language";
import { reasonName } from "../../shell/names";
import { words as callWords } from "../calls/words";
import type { Line } from "./queries";
import { words } from "./words";

interface Told {
  readonly title: string;
  /** Beside the title: with whom, for how long. */
  readonly aside: string;
  /** Beneath: a reason, a wording. */
  readonly text: string;
}

type Named = Readonly<Record<string, string | undefined>>;

export function useTold(): (line: Line) => Told {
  const t = useWords(words);
  const calls = useWords(callWords);
  const f = useFormats();
  const say = useSay();
  const outcomes: Named = t.outcome;
  const kinds: Named = calls.kinds;
  const states: Named = calls.states;
  const after = (line: Line) => (line.then === null ? "" : f.moment(line.then));
  return (line) => {
    const { code, state, title, text, who } = line;
    switch (line.kind) {
      case "came":
        return { title: t.cameFirst, aside: "", text: "" };
      case "task":
        return {
          title: t.queuedIn(title),
          aside: t.sources[code] ?? code,
          text: [text, line.then === null ? "" : t.notBefore(after(line))].filter(Boolean).join(" · "),
        };
      case "call":
        return {
          title: code === "" ? calls.underWay : (outcomes[code] ?? code),
          aside: [
            state === "in" ? calls.rangIn : t.callOf(title),
            line.length_ms === null ? "" : f.clock(line.length_ms / 1000),
          ]
            .filter(Boolean)
            .join(", "),
          text: [reasonName(say, text, code), line.then === null ? "" : t.callBack(after(line))]
            .filter(Boolean)
            .join(" · "),
        };
      case "meeting":
        return { title: t.meetingAt(after(line)), aside: title, text: "" };
      case "manager_task":
        return {
          title: t.tasks[code] ?? code,
          aside: title,
          text: state === "done" ? t.done : t.dueAt(after(line)),
        };
      case "sent":
        return { title: `${t.channels[code] ?? code}: ${title}`, aside: t.sentStates[state] ?? state, text: "" };
      case "delivery":
        return { title: `${title}: ${kinds[code] ?? code}`, aside: states[state] ?? state, text: "" };
      case "happening":
        return {
          title: t.happened(title, t.happenings[code] ?? code),
          aside: text,
          text: t.fates[state] ?? "",
        };
      case "consent":
        return { title: t.agreed, aside: title, text };
      case "revoked":
        return { title: t.tookBack, aside: title, text: "" };
      case "stopped":
        return { title: t.wasStopped, aside: title, text };
      case "unstopped":
        return { title: t.wasUnstopped, aside: [title, who].filter(Boolean).join(", "), text };
    }
  };
}
