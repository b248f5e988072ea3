/** A recording as it sounds: where it is, whether it plays. Pages watch it; only its own methods change it. */

type Told = () => void;

const STEP_MS = 50; // as often as the transcript is looked at
const MOVES = ["play", "seeking", "timeupdate", "loadedmetadata"];
const CHANGES = ["play", "pause", "ended", "error", "loadstart"];

export class Sound {
  readonly element = new Audio();

  constructor() {
    this.element.preload = "metadata";
  }

  /** A new address of the same recording is taken over where it was. */
  open(address: string): void {
    const { currentTime: at, paused, playbackRate } = this.element;
    this.element.src = address;
    this.element.playbackRate = playbackRate;
    if (at > 0) this.element.currentTime = at;
    if (!paused) this.start();
  }

  playFrom(ms: number): void {
    this.seek(ms);
    this.start();
  }

  seek(ms: number): void {
    this.element.currentTime = Math.max(0, ms) / 1000;
  }

  toggle(): void {
    if (this.element.paused) this.start();
    else this.element.pause();
  }

  stop(): void {
    this.element.pause();
  }

  setSpeed(rate: number): void {
    this.element.defaultPlaybackRate = rate; // of the next address, too
    this.element.playbackRate = rate;
  }

  get ms(): number {
    return Math.floor((this.element.currentTime * 1000) / STEP_MS) * STEP_MS;
  }

  get playing(): boolean {
    return !this.element.paused && !this.element.ended;
  }

  get failed(): boolean {
    return this.element.error !== null;
  }

  /** Told of each step of the position. */
  readonly followMoves = (told: Told): Told => {
    let frame = 0;
    const step = () => {
      told();
      frame = this.element.paused ? 0 : requestAnimationFrame(step);
    };
    const stop = this.listen(MOVES, () => {
      cancelAnimationFrame(frame);
      step();
    });
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  };

  readonly followChanges = (told: Told): Told => this.listen(CHANGES, told);

  private start(): void {
    // A page that was just opened may not sound before a click: it stands there, ready. What fails tells "error".
    this.element.play().catch(() => undefined);
  }

  private listen(events: readonly string[], told: Told): Told {
    for (const event of events) this.element.addEventListener(event, told);
    return () => {
      for (const event of events) this.element.removeEventListener(event, told);
    };
  }
}
