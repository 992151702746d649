// The arms of the race: a matrix of boxes to tick, rules by variants, that is at the same time the legend. The plain variants
// stand in full view, with what each arm's network weighs and what a step of it costs; the others behind a fold.
import { slug } from "../../arms";
import { el, setText } from "../../dom";
import { short, times } from "../../format";
import type { Arm, ArmDescription, Choice, Description, Field } from "../../protocol";
import { costSentence } from "../architecture/cost";
import { sample } from "../sample";
import type { Input, OnValue } from "./inputs";
import { type Grid, gridOf } from "./matrix";

type Box = {
  arm: Arm;
  box: HTMLInputElement;
  label: HTMLLabelElement;
  describe: (described: ArmDescription | undefined) => void;
};

export function armsInput(field: Extract<Field, { kind: "arms" }>, onValue: OnValue): Input {
  const grid = gridOf(field);
  const plain = grid.plain.map(({ arm, choice }) => plainBox(arm, choice));
  const cells = new Map(grid.cells.map((cell) => [cell.arm, cellBox(cell.arm, cell.help)]));
  const others = grid.others.map((arm) => plainBox(arm, { value: arm, label: arm, help: "trained as an arm like any other" }));
  const boxes = [...plain, ...cells.values(), ...others];
  const chosen = (): Arm[] => (field.arms as Arm[]).filter((arm) => boxes.some((one) => one.arm === arm && one.box.checked));
  for (const { box } of boxes) box.addEventListener("change", () => onValue(chosen()));
  const hint = el("span", { class: "more-hint" });
  const ways = el(
    "details",
    { class: "ways" },
    el("summary", { "data-testid": "ways" }, "More ways to train ", hint),
    table(grid, cells),
    ...others.map(({ label }) => label),
  );
  let ticked = 0;
  return {
    element: el("span", { class: "arms" }, ...plain.map(({ label }) => label), ways),
    targets: boxes.map(({ box }) => box),
    grouped: true,
    set: (value) => {
      const names: unknown[] = Array.isArray(value) ? value : [];
      for (const { arm, box } of boxes) box.checked = names.includes(arm);
      const now = [...cells.values(), ...others].filter(({ box }) => box.checked).length;
      // What takes part must not hide; whoever closes the fold after that wants it closed.
      if (now > 0 && ticked === 0) ways.open = true;
      ticked = now;
      setText(hint, now > 0 ? `${now} ticked` : "");
    },
    describe: ({ arms }: Description) => {
      for (const one of boxes) one.describe(arms.find(({ arm }) => arm === one.arm));
    },
  };
}

/** A box with the arm's line, its name, its parameters and its cost. */
function plainBox(arm: Arm, { label, help }: Choice): Box {
  const box = el("input", { type: "checkbox", value: arm, "data-arm": arm });
  const weight = el("span", { class: "arm-weight", title: "parameters while training" });
  const cost = el("span", { class: "arm-cost", "data-value": "cost" });
  const name = el("span", { class: "arm-name" }, label);
  return {
    arm,
    box,
    label: el("label", { class: `arm arm-${slug(arm)}`, title: help }, box, sample(arm), name, weight, cost),
    describe: (described) => {
      setText(weight, described ? `${short(described.parameters)} par.` : "");
      setText(cost, described ? times(described.step.ratio) : "");
      cost.title = described ? costSentence(described) : "";
    },
  };
}

/** A box alone, in the table: its name and numbers are told on demand. */
function cellBox(arm: Arm, help: string): Box {
  const box = el("input", { type: "checkbox", value: arm, "data-arm": arm, "aria-label": `${arm}: ${help}` });
  const label = el("label", { class: `way arm-${slug(arm)}` }, box);
  const describe = (described: ArmDescription | undefined): void => {
    const numbers = described ? `; ${short(described.parameters)} parameters, ${costSentence(described)}` : "";
    label.title = `${arm}: ${help}${numbers}`;
  };
  describe(undefined);
  return { arm, box, label, describe };
}

function table({ rules, variants, cells }: Grid, boxes: ReadonlyMap<Arm, Box>): HTMLElement {
  const head = variants.map(({ label, help }) => el("th", { scope: "col", title: help }, el("span", {}, label)));
  const rows = rules.map((rule) =>
    el(
      "tr",
      {},
      el("th", { scope: "row", title: rule.help }, rule.label),
      ...variants.map((variant) => {
        const cell = cells.find((cell) => cell.rule === rule.value && cell.variant === variant.value);
        return el("td", {}, cell ? boxes.get(cell.arm)?.label : null);
      }),
    ),
  );
  return el("table", {}, el("thead", {}, el("tr", {}, el("td", {}), ...head)), el("tbody", {}, ...rows));
}
