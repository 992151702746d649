// How far the chains are folded, over time. Jumps where motion is unwanted; the picture then fades over.

const SECONDS = 0.9;

export function prefersStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export class Fold {
  /** 0 unfolded … 1 folded. */
  folding = 0;
  private goal = 0;
  private frame: number | undefined;

  /** `onFrame` after every change; `onJump` after one without motion. */
  constructor(
    private readonly onFrame: () => void,
    private readonly onJump: () => void,
  ) {}

  get folded(): boolean {
    return this.goal === 1;
  }

  close(): void {
    this.run(1);
  }

  open(): void {
    this.run(0);
  }

  /** Without any motion. */
  set(folding: 0 | 1): void {
    this.stop();
    this.goal = folding;
    this.folding = folding;
  }

  stop(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
  }

  private run(goal: 0 | 1): void {
    this.stop();
    this.goal = goal;
    if (prefersStill()) {
      this.folding = goal;
      this.onFrame();
      this.onJump();
      return;
    }
    const start = this.folding;
    const began = performance.now();
    const tick = (now: number): void => {
      const share = Math.min(1, Math.max(0, now - began) / (1000 * SECONDS));
      this.folding = start + (goal - start) * share;
      this.frame = share < 1 ? requestAnimationFrame(tick) : undefined;
      this.onFrame();
    };
    this.frame = requestAnimationFrame(tick);
  }
}
