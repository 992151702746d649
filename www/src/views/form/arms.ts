// The arms of the race: boxes to tick that are at the same time the legend, with what each arm's network weighs
// and what a step of it costs.
import { slug } from "../../arms";
import { el, setText } from "../../dom";
import { short, times } from "../../format";
import type { Arm, Choice, Description } from "../../protocol";
import { costSentence } from "../architecture/cost";
import { sample } from "../sample";
import type { Input, OnValue } from "./inputs";

export function armsInput(choices: readonly Choice[], onValue: OnValue): Input {
  const rows = choices.map((choice) => {
    const arm = choice.value as Arm;
    const box = el("input", { type: "checkbox", value: arm, "data-arm": arm });
    const weight = el("span", { class: "arm-weight" });
    const cost = el("span", { class: "arm-cost", "data-value": "cost" });
    const label = el(
      "label",
      { class: `arm arm-${slug(arm)}`, title: choice.help },
      box,
      sample(arm),
      el("span", { class: "arm-name" }, choice.label),
      weight,
      cost,
    );
    box.addEventListener("change", () => onValue(rows.filter((row) => row.box.checked).map((row) => row.arm)));
    return { arm, box, weight, cost, label };
  });
  return {
    element: el("span", { class: "arms" }, ...rows.map(({ label }) => label)),
    targets: rows.map(({ box }) => box),
    grouped: true,
    set: (value) => {
      const chosen = Array.isArray(value) ? value : [];
      for (const row of rows) row.box.checked = chosen.includes(row.arm);
    },
    describe: ({ arms }: Description) => {
      for (const row of rows) {
        const described = arms.find(({ arm }) => arm === row.arm);
        setText(row.weight, described ? `${short(described.parameters)} par.` : "");
        row.weight.title = "parameters while training";
        setText(row.cost, described ? times(described.step.ratio) : "");
        row.cost.title = described ? costSentence(described) : "";
      }
    },
  };
}
