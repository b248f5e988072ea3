import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import WaveSurfer from "wavesurfer.js";

import type { Schemas } from "../../shell/client";
import { useFormats, useWords } from "../../shell/language";
import classes from "./Calls.module.css";
import type { Player } from "./player";
import { words } from "./words";

interface WaveProps {
  readonly peaks: Schemas["PeaksOut"];
  readonly player: Player;
  /** Where the call was lost. */
  readonly markMs: number | null;
}

const HEIGHT = 44;
const ARROW_MS = 5000;

/** Both sides of the call; a click, or the arrow keys, lead to a place in it. */
export function Wave({ peaks, player, markMs }: WaveProps) {
  const t = useWords(words);
  const f = useFormats();
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  const { sound } = player;
  useEffect(() => {
    if (box.current === null) return;
    const style = getComputedStyle(box.current);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const channel = (played: string) => ({
      waveColor: colour("--z-line-strong"),
      progressColor: colour(played),
      height: HEIGHT,
    });
    const wave = WaveSurfer.create({
      container: box.current,
      media: sound.element,
      peaks: [peaks.client.map(part), peaks.robot.map(part)],
      duration: peaks.length_ms / 1000,
      splitChannels: [channel("--z-text"), channel("--z-accent")],
      cursorColor: colour("--z-text"),
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      normalize: true,
      dragToSeek: true,
    });
    return () => {
      const { src } = sound.element;
      wave.destroy();
      if (sound.element.src !== src) sound.open(src); // the element is ours, and sounds on
    };
  }, [sound, peaks, scheme]);
  const length = peaks.length_ms;
  return (
    <div className={classes.waveBox}>
      <div
        ref={box}
        className={classes.wave}
        role="slider"
        tabIndex={0}
        aria-label={t.wave}
        aria-valuemin={0}
        aria-valuemax={Math.round(length / 1000)}
        aria-valuenow={Math.round(player.ms / 1000)}
        aria-valuetext={f.clock(player.ms / 1000)}
        onKeyDown={(event) => {
          const step = event.key === "ArrowRight" ? ARROW_MS : event.key === "ArrowLeft" ? -ARROW_MS : 0;
          if (step === 0) return;
          event.preventDefault();
          sound.seek(Math.min(length, player.ms + step));
        }}
      />
      {markMs !== null && (
        <span
          className={classes.waveMark}
          style={{ left: `${String((100 * markMs) / Math.max(1, length))}%` }}
          title={t.lostHere}
        />
      )}
    </div>
  );
}

function part(peak: number): number {
  return peak / 100;
}
