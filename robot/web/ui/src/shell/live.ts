/** What changes on the robot, as it tells it (/api/events). An event names what changed; the page asks again. */

import type { QueryKey } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

import { queries } from "./queries";
import { ME } from "./session";

/** `data` is what the event carries beside its name. */
export type Told = (data: unknown) => void;

const listeners = new Map<string, Set<Told>>();
const watchers = new Set<() => void>();
let source: EventSource | null = null;
let connected = true;
let lost = false;

function setConnected(now: boolean): void {
  if (connected === now) return;
  connected = now;
  for (const told of watchers) told();
}

function open(): EventSource {
  const made = new EventSource("/api/events");
  made.onopen = () => {
    // What was told meanwhile may be lost, for a stream that had told nothing yet is not taken up where it was cut; and
    // it may have been cut because rights have changed.
    if (lost) void queries.invalidateQueries();
    lost = false;
    setConnected(true);
  };
  made.onerror = () => {
    lost = true;
    setConnected(false);
    // Closed for good: refused. Whether the session still holds is asked by everything else's way.
    if (made.readyState === EventSource.CLOSED) void queries.invalidateQueries({ queryKey: ME });
  };
  made.addEventListener("reload", () => void queries.invalidateQueries());
  for (const name of listeners.keys()) connect(made, name);
  return made;
}

function connect(to: EventSource, name: string): void {
  to.addEventListener(name, (event: MessageEvent<string>) => {
    const data: unknown = event.data === "" ? null : JSON.parse(event.data);
    for (const told of listeners.get(name) ?? []) told(data);
  });
}

/** While somebody is signed in. */
export function useLiveConnection(): void {
  useEffect(() => {
    source = open();
    return () => {
      source?.close();
      source = null;
      setConnected(true);
    };
  }, []);
}

export function useConnected(): boolean {
  return useSyncExternalStore(
    (told) => {
      watchers.add(told);
      return () => watchers.delete(told);
    },
    () => connected,
  );
}

/** Calls `told` for each event of this name. */
export function useEvent(name: string, told: Told): void {
  const latest = useEffectEvent(told);
  useEffect(() => {
    const heard: Told = (data) => latest(data);
    const known = listeners.get(name);
    if (known === undefined) {
      listeners.set(name, new Set([heard]));
      if (source !== null) connect(source, name);
    } else known.add(heard);
    return () => void listeners.get(name)?.delete(heard);
  }, [name]);
}

const CALM_MS = 500;
const waiting = new Map<string, ReturnType<typeof setTimeout>>();

/** Asks these queries again when an event of this name comes; of many at once, once. */
export function useFresh(name: string, key: QueryKey): void {
  useEvent(name, () => {
    const text = JSON.stringify(key);
    if (waiting.has(text)) return;
    const ask = () => {
      waiting.delete(text);
      void queries.invalidateQueries({ queryKey: key });
    };
    waiting.set(text, setTimeout(ask, CALM_MS));
  });
}
