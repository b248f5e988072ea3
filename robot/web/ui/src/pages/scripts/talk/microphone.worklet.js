/** Hands the microphone's samples over in pieces of 20 ms, as signed 16-bit PCM. */
class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.piece = new Int16Array(Math.round(sampleRate / 50));
    this.filled = 0;
  }

  process([input]) {
    for (const sample of input[0] ?? []) {
      this.piece[this.filled++] = Math.max(-1, Math.min(1, sample)) * 0x7fff;
      if (this.filled < this.piece.length) continue;
      this.port.postMessage(this.piece.buffer.slice(0));
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor("microphone", Microphone);
