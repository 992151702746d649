// What is said of a test image, in words: beside every picture, and in place of it for those who cannot see it. Pure.
import { percent } from "../../format";
import type { Answer, Found } from "../../protocol";

/** Objects named one by one; the others are counted. */
const MOST_NAMED = 6;

/** Where a mask does not say. */
export const UNSAID = 255;

export function className(index: number, classes: readonly string[]): string {
  return classes[index] ?? `class ${index}`;
}

/** "shoe 0.93"; the truth has no score. */
export function objectText({ class: index, score }: Found, classes: readonly string[]): string {
  return score === null ? className(index, classes) : `${className(index, classes)} ${score.toFixed(2)}`;
}

/** The objects that are sure enough, the surest first. */
export function sure(objects: readonly Found[], least: number): Found[] {
  return objects.filter(({ score }) => score === null || score >= least).sort((a, b) => (b.score ?? 1) - (a.score ?? 1));
}

/** "2 objects: shoe 0.93, bag 0.88". */
export function objectsText(objects: readonly Found[], classes: readonly string[]): string {
  if (objects.length === 0) return "no objects";
  const named = objects.slice(0, MOST_NAMED).map((object) => objectText(object, classes));
  const rest = objects.length - named.length;
  const list = rest > 0 ? [...named, `${rest} more`] : named;
  return `${objects.length} ${objects.length === 1 ? "object" : "objects"}: ${list.join(", ")}`;
}

/** "background 71 %, shoe 20 %, bag 9 % of the pixels": the largest first, the smallest parts left out. */
export function maskText(mask: readonly number[], classes: readonly string[]): string {
  const counts = new Map<number, number>();
  for (const index of mask) counts.set(index, (counts.get(index) ?? 0) + 1);
  const parts = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([index, n]) => ({ name: index === UNSAID ? "not said" : className(index, classes), share: n / mask.length }))
    .filter(({ share }) => share >= 0.005);
  return `${parts.map(({ name, share }) => `${name} ${percent(share, 0)}`).join(", ")} of the pixels`;
}

/** Whether an answer is the truth, where that is one question. */
export function isRight(truth: Answer, answer: Answer): boolean | null {
  return truth.kind === "class" && answer.kind === "class" ? truth.class === answer.class : null;
}

export function answerText(answer: Answer, classes: readonly string[], least: number): string {
  switch (answer.kind) {
    case "class":
      return className(answer.class, classes);
    case "mask":
      return maskText(answer.classes, classes);
    case "objects":
      return objectsText(sure(answer.objects, least), classes);
  }
}
