/** The recording that a page plays. */

import { useEffect, useMemo, useState, useSyncExternalStore } from "react";

import { Sound } from "./sound";

export interface Player {
  readonly sound: Sound;
  readonly ms: number;
  readonly playing: boolean;
  readonly failed: boolean;
}

/** null without a recording. */
export function usePlayer(address: string | null): Player | null {
  const [sound] = useState(() => new Sound());
  useEffect(() => {
    if (address !== null) sound.open(address);
  }, [sound, address]);
  useEffect(() => () => sound.stop(), [sound]);
  const ms = useSyncExternalStore(sound.followMoves, () => sound.ms);
  const playing = useSyncExternalStore(sound.followChanges, () => sound.playing);
  const failed = useSyncExternalStore(sound.followChanges, () => sound.failed);
  return useMemo(
    () => (address === null ? null : { sound, ms, playing, failed }),
    [address, sound, ms, playing, failed],
  );
}
