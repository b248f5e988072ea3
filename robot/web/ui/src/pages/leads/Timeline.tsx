import { SegmentedControl } from "@mantine/core";
import {
  IconBan,
  IconBolt,
  IconCalendarEvent,
  IconCheckbox,
  IconCircleCheck,
  IconListCheck,
  IconMail,
  IconPhone,
  IconSend,
  IconSignature,
  IconUserPlus,
  type Icon,
} from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { useFormats, useWords } from "../../shell/language";
import { Empty } from "../../shell/states";
import { useTold } from "./history";
import classes from "./Leads.module.css";
import type { Line } from "./queries";
import { words } from "./words";

type Kind = Line["kind"];

const SIGNS: Readonly<Record<Kind, Icon>> = {
  came: IconUserPlus,
  task: IconListCheck,
  call: IconPhone,
  meeting: IconCalendarEvent,
  manager_task: IconCheckbox,
  sent: IconMail,
  delivery: IconSend,
  happening: IconBolt,
  consent: IconSignature,
  revoked: IconBan,
  stopped: IconBan,
  unstopped: IconCircleCheck,
};

const PARTS: Readonly<Record<string, readonly Kind[] | null>> = {
  all: null,
  talks: ["call", "meeting"],
  sent: ["sent", "delivery", "manager_task"],
  rights: ["consent", "revoked", "stopped", "unstopped"],
};

/** The latest first, by days. */
export function Timeline({ lines }: { readonly lines: readonly Line[] }) {
  const t = useWords(words);
  const f = useFormats();
  const [part, setPart] = useState("all");
  const kinds = PARTS[part] ?? null;
  const shown = lines.filter((line) => kinds === null || kinds.includes(line.kind));
  const days = new Map<string, Line[]>();
  for (const line of shown) days.set(f.day(line.at), [...(days.get(f.day(line.at)) ?? []), line]);
  return (
    <>
      <div className={classes.scrolls}>
        <SegmentedControl
          size="xs"
          mb="md"
          aria-label={t.historyPart}
          value={part}
          onChange={setPart}
          data={Object.keys(PARTS).map((one) => ({ value: one, label: t.historyParts[one] ?? one }))}
        />
      </div>
      {shown.length === 0 && <Empty title={t.nothingHere} />}
      <ol className={classes.days}>
        {[...days].map(([day, ofDay]) => (
          <li key={day}>
            <h3>{day}</h3>
            <ol className={classes.lines}>
              {ofDay.map((line, place) => (
                <Event key={`${line.kind}${line.at}${String(place)}`} line={line} />
              ))}
            </ol>
          </li>
        ))}
      </ol>
    </>
  );
}

function Event({ line }: { readonly line: Line }) {
  const f = useFormats();
  const told = useTold()(line);
  const Sign = SIGNS[line.kind];
  return (
    <li className={classes.event} data-kind={line.kind}>
      <time dateTime={line.at}>{f.time(line.at)}</time>
      <Sign size={18} stroke={1.6} aria-hidden />
      <div>
        <div>
          {line.call === null ? told.title : <Link to={`/calls/${line.call}`}>{told.title}</Link>}
          {told.aside !== "" && <span className={classes.quiet}> {told.aside}</span>}
        </div>
        {told.text !== "" && <small>{told.text}</small>}
      </div>
    </li>
  );
}
