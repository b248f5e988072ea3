/** A talk by voice: the microphone goes up a WebSocket, the robot's voice and the turns come down it. */

const ROBOT_HZ = 8000;
const AHEAD_S = 0.06;
const RATES = [48000, 44100, 24000, 16000, 8000];

export interface Turn {
  readonly number: number;
  readonly phrase: string;
  readonly said: string;
  readonly heard: string;
  readonly intent: string;
  readonly matched: string;
}

export type Told =
  | { readonly type: "rendering"; readonly done: number; readonly total: number }
  | { readonly type: "begun" }
  | ({ readonly type: "turn" } & Turn)
  | { readonly type: "ended"; readonly outcome: string }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "lost" };

export interface Line {
  readonly hangUp: () => void;
}

/** Raises what the browser raises when it gives no microphone. */
export async function call(
  script: string,
  query: Readonly<Record<string, string>>,
  told: (told: Told) => void,
): Promise<Line> {
  const voice = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: voice });
  const up = new AudioContext();
  const down = new AudioContext({ sampleRate: ROBOT_HZ });
  const rate = RATES.includes(up.sampleRate) ? up.sampleRate : null;
  const ears = rate === null ? new AudioContext({ sampleRate: 48000 }) : up;
  await ears.audioWorklet.addModule(new URL("./microphone.worklet.js", import.meta.url));
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const asked = new URLSearchParams({ ...query, rate: String(ears.sampleRate) });
  const address = `${scheme}://${location.host}/api/scripts/${encodeURIComponent(script)}/voice?${asked.toString()}`;
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  const worklet = new AudioWorkletNode(ears, "microphone");
  worklet.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  ears.createMediaStreamSource(microphone).connect(worklet);
  let over = false;
  const release = () => {
    for (const track of microphone.getTracks()) track.stop();
    for (const context of new Set([up, ears, down])) if (context.state !== "closed") void context.close();
  };
  const speaker = new Speaker(down);
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
    if (typeof data !== "string") {
      speaker.play(data);
      return;
    }
    const message = JSON.parse(data) as Told;
    over ||= message.type === "ended" || message.type === "refused";
    told(message);
  };
  socket.onclose = () => {
    release();
    if (!over) told({ type: "lost" });
  };
  return {
    hangUp: () => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "hang_up" }));
      else socket.close();
    },
  };
}

/** Pieces of 20 ms, one after the other without a gap. */
class Speaker {
  private next = 0;

  constructor(private readonly context: AudioContext) {}

  play(pcm: ArrayBuffer): void {
    const samples = Float32Array.from(new Int16Array(pcm), (sample) => sample / 0x8000);
    if (samples.length === 0) return;
    const buffer = this.context.createBuffer(1, samples.length, ROBOT_HZ);
    buffer.copyToChannel(samples, 0);
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    this.next = Math.max(this.next, this.context.currentTime + AHEAD_S);
    source.start(this.next);
    this.next += buffer.duration;
  }
}
