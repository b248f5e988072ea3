import { HoverCard, Text } from "@mantine/core";
import type { CSSProperties } from "react";
import { Link } from "react-router";

import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { hoursOf, placeOn, weekOf, type Place, type Span } from "./days";
import classes from "./Meetings.module.css";
import type { ManagerWeek } from "./Meetings";
import { words } from "./words";

type Meeting = ManagerWeek["meetings"][number];

const HOURS_WIDE = 44;

interface WeekProps {
  readonly monday: string;
  readonly managers: readonly ManagerWeek[];
}

/** A band for each manager, a column for each day, by the viewer's clock. */
export function Week({ monday, managers }: WeekProps) {
  const t = useWords(words);
  return (
    <>
      <div className={classes.legend} aria-hidden>
        <i data-kind="meeting" /> {t.meeting} <i data-kind="offered" /> {t.offered} <i data-kind="elsewhere" />{" "}
        {t.elsewhere} <i data-kind="closed" /> {t.closed}
      </div>
      {managers.map((one) => (
        <Band key={one.id} monday={monday} manager={one} />
      ))}
    </>
  );
}

function Band({ monday, manager }: { readonly monday: string; readonly manager: ManagerWeek }) {
  const t = useWords(words);
  const f = useFormats();
  const hours = hoursOf([...manager.open, ...manager.meetings]);
  const days = weekOf(monday);
  const marks = Array.from({ length: hours[1] - hours[0] }, (_, hour) => hours[0] + hour);
  return (
    <Card
      title={manager.name}
      aside={
        <Text size="sm" c="dimmed">
          {[
            t.booked(manager.meetings.length),
            manager.free_minutes > 0 ? t.free(f.duration(60 * manager.free_minutes)) : "",
            manager.place,
          ]
            .filter((part) => part !== "")
            .join(" · ")}
        </Text>
      }
    >
      <div ref={showToday} className={classes.week} role="list" aria-label={manager.name} tabIndex={0}>
        <div className={classes.hours} aria-hidden>
          <span className={classes.dayName} />
          <div className={classes.column}>
            {marks.map((hour, place) => (
              <small key={hour} style={{ top: `${(100 * place) / marks.length}%` }}>
                {hour}:00
              </small>
            ))}
          </div>
        </div>
        {days.map((day) => (
          <Day key={day} day={day} hours={hours} manager={manager} />
        ))}
      </div>
    </Card>
  );
}

/** On a narrow screen the week is wider than it: today comes into view first. */
function showToday(week: HTMLElement | null): void {
  const today = week?.querySelector<HTMLElement>("[data-today]");
  if (week !== null && today != null) week.scrollLeft = today.offsetLeft - week.offsetLeft - HOURS_WIDE;
}

interface DayProps {
  readonly day: string;
  readonly hours: readonly [number, number];
  readonly manager: ManagerWeek;
}

function Day({ day, hours, manager }: DayProps) {
  const f = useFormats();
  const on = <S extends Span>(spans: readonly S[]) =>
    spans.flatMap((span) => {
      const place = placeOn(day, span, hours);
      return place === null ? [] : [{ span, place }];
    });
  const today = day === new Date().toLocaleDateString("sv");
  return (
    <div className={classes.day} role="listitem" data-today={today || undefined}>
      <span className={classes.dayName}>{f.shortDay(`${day}T12:00`)}</span>
      <div className={classes.column} style={{ "--hours": hours[1] - hours[0] } as CSSProperties}>
        {on(manager.open).map(({ span, place }) => (
          <i key={span.starts_at} data-kind="open" style={at(place)} />
        ))}
        {on(manager.elsewhere).map(({ span, place }) => (
          <i key={span.starts_at} data-kind="elsewhere" style={at(place)} />
        ))}
        {on(manager.offered).map(({ span, place }) => (
          <i key={span.starts_at} data-kind="offered" style={at(place)} />
        ))}
        {on(manager.meetings).map(({ span, place }) => (
          <Booked key={span.id} meeting={span} place={place} where={manager.place} />
        ))}
      </div>
    </div>
  );
}

interface BookedProps {
  readonly meeting: Meeting;
  readonly place: Place;
  readonly where: string;
}

function Booked({ meeting, place, where }: BookedProps) {
  const t = useWords(words);
  const f = useFormats();
  const hears = useMay("see_calls");
  const who = meeting.lead === "" ? meeting.company : meeting.lead;
  const title = `${f.time(meeting.starts_at)} ${who}`;
  const content = (
    <>
      <b>{f.time(meeting.starts_at)}</b> {who}
    </>
  );
  return (
    <HoverCard shadow="md" width={260} openDelay={250} withinPortal>
      <HoverCard.Target>
        {hears ? (
          <Link to={`/calls/${meeting.call}`} className={classes.meeting} style={at(place)} aria-label={title}>
            {content}
          </Link>
        ) : (
          <div className={classes.meeting} style={at(place)}>
            {content}
          </div>
        )}
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <Text fw={600}>{who}</Text>
        {meeting.company !== "" && meeting.company !== who && <Text size="sm">{meeting.company}</Text>}
        <Text size="sm">
          {f.time(meeting.starts_at)}–{f.time(meeting.ends_at)}
          {meeting.moved ? ` · ${t.moved}` : ""}
        </Text>
        {where !== "" && (
          <Text size="sm">
            {t.place}: {where}
          </Text>
        )}
        <Text size="sm" c="dimmed" mt={4}>
          {meeting.campaign}, {t.bookedAt(f.moment(meeting.booked_at))}
        </Text>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

function at({ top, height }: Place) {
  return { top: `${100 * top}%`, height: `${100 * height}%` };
}
