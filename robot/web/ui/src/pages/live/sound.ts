/** Listening in: 16-bit stereo from a WebSocket, played as it comes. Left the client, right what he hears. */

import { useCallback, useEffect, useRef, useState } from "react";

const AHEAD_S = 0.25; // what is bought against uneven delivery; later than this one is behind the talk

interface Format {
  readonly rate: number;
  readonly channels: number;
}

export type Listening = "off" | "on" | "lost";

/** Plays one after the other; after a gap it begins anew, a little ahead. */
class Player {
  private readonly context: AudioContext;
  private until = 0;

  constructor(private readonly format: Format) {
    this.context = new AudioContext();
  }

  play(bytes: ArrayBuffer): void {
    const samples = new Int16Array(bytes);
    const { rate, channels } = this.format;
    const buffer = this.context.createBuffer(channels, samples.length / channels, rate);
    for (let channel = 0; channel < channels; channel++) {
      const side = buffer.getChannelData(channel);
      for (let at = 0; at < side.length; at++) side[at] = (samples[at * channels + channel] ?? 0) / 32768;
    }
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    const now = this.context.currentTime;
    if (this.until < now) this.until = now + AHEAD_S;
    source.start(this.until);
    this.until += buffer.duration;
  }

  close(): void {
    void this.context.close();
  }
}

function listen(call: string, ended: (how: Listening) => void): () => void {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/api/live/${call}/listen`);
  socket.binaryType = "arraybuffer";
  let player: Player | null = null;
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === "string") player = new Player(JSON.parse(data) as Format);
    else player?.play(data);
  };
  socket.onclose = ({ code }) => ended(code === 1000 ? "off" : "lost");
  return () => {
    socket.onclose = null;
    socket.close();
    player?.close();
  };
}

/** One call at a time; leaving the page ends it. */
export function useListening(call: string): [Listening, () => void] {
  const [state, setState] = useState<Listening>("off");
  const stop = useRef<(() => void) | null>(null);
  const end = useCallback((how: Listening) => {
    stop.current?.();
    stop.current = null;
    setState(how);
  }, []);
  useEffect(() => () => stop.current?.(), [call]);
  const toggle = () => {
    if (stop.current !== null) {
      end("off");
      return;
    }
    stop.current = listen(call, end);
    setState("on");
  };
  return [state, toggle];
}
