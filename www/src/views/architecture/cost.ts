// What a training step costs, and how each chain is run for it: the words and the table rows. Pure.
import { count, short, times } from "../../format";
import type { ArmDescription } from "../../protocol";

/** "1.06× compact", and what it would be layer by layer where that is something else. */
export function costWords({ step }: ArmDescription): { cost: string; instead: string } {
  const saves = step.macs < step.macs_by_layer;
  return { cost: times(step.ratio), instead: saves ? `(layer by layer: ${times(step.ratio_by_layer)})` : "" };
}

export function costSentence({ step }: ArmDescription): string {
  const planned = `Counted multiply-adds of a training step: ${times(step.ratio)} the compact network's`;
  return step.macs < step.macs_by_layer ? `${planned}; layer by layer: ${times(step.ratio_by_layer)}` : planned;
}

/** A row of the table; `of` is the layer, or the whole network at the end. */
export type CostRow = { of: string; rule: string; way: string; macs: string; byLayer: string; saving: string; title: string };

export function costRows({ layers, step }: ArmDescription): CostRow[] {
  const rows = layers.flatMap(({ name, rule, run }) => {
    if (!run) return [];
    const composing = run.compose_macs > 0 ? `, ${count(run.compose_macs)} of them to compose` : "";
    const title = `${count(run.macs)} multiply-adds a step${composing}; layer by layer ${count(run.macs_by_layer)}`;
    return [{ of: name, rule: rule ?? "", way: run.text, ...numbers(run.macs, run.macs_by_layer, run.saving), title }];
  });
  const title = "All layers, norms, ReLUs and pools included";
  const whole = numbers(step.macs, step.macs_by_layer, step.ratio_by_layer / step.ratio);
  return [...rows, { of: "network", rule: "", way: "with norms, ReLUs and pools", ...whole, title }];
}

function numbers(macs: number, byLayer: number, saving: number): Pick<CostRow, "macs" | "byLayer" | "saving"> {
  return { macs: short(macs), byLayer: short(byLayer), saving: macs < byLayer ? `${times(saving)} less` : "–" };
}

/** What the numbers are and are not. */
export function costCaption(batch: number): string {
  return (
    `Multiply-adds of one step on ${count(batch)} images, forward pass, composing included. Counted, not timed: ` +
    "the measured time of a step stands in the race's legend. The backward pass adds about twice as much, whichever way."
  );
}
