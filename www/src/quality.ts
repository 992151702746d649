// How good a network's answers are, in words: by the data set, what a quality is. Pure.
import type { Description, Task } from "./protocol";

/** Before anything is described. */
export const USUAL = "accuracy";

export function qualityOf(description: Pick<Description, "dataset"> | null | undefined): string {
  return description?.dataset.quality ?? USUAL;
}

/** What is missing from a quality of 1: "error", or "1 − mIoU" where no everyday word is right. */
export function errorOf(quality: string): string {
  return quality === USUAL ? "error" : `1 − ${quality}`;
}

/** What a loss is counted in, to stand after a number: a detector's adds up squares and cross-entropies, and has no unit. */
export function unitOf(quality: string): string {
  return quality.startsWith("mAP") ? "" : " nats";
}

/** What a loss is a mean of. */
export function lossOf(task: Task): string {
  switch (task) {
    case "classify":
      return "mean cross-entropy";
    case "segment":
      return "mean cross-entropy over pixels";
    case "detect":
      return "mean of the detector’s loss: places, objects and classes";
  }
}
