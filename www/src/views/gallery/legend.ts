// The key of the classes' colours, each with its name, and of the lines of boxes.
import { el } from "../../dom";
import type { Task } from "../../protocol";
import { colourOf, css } from "./palette";

export function legend(task: Task, classes: readonly string[]): HTMLElement[] {
  if (task === "classify") return [];
  const names = classes.map((name, index) => {
    const colour = colourOf(index, classes);
    const swatch = el("i", { class: colour ? "swatch" : "swatch swatch-clear", "aria-hidden": "true" });
    if (colour) swatch.style.background = css(colour);
    return el("li", {}, swatch, colour ? name : `${name}, left as it is`);
  });
  if (task === "segment") return names;
  const line = (kind: string, text: string) =>
    el("li", {}, el("i", { class: `swatch swatch-${kind}`, "aria-hidden": "true" }), text);
  return [...names, line("dashed", "truth"), line("solid", "an arm, with its score")];
}
