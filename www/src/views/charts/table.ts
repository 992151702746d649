// The charts as a table: every epoch a row, for readers who want numbers or cannot see lines.
import { el } from "../../dom";
import { loss, percent } from "../../format";
import type { Arm } from "../../protocol";
import { qualityOf, USUAL } from "../../quality";
import type { Race, Tested } from "../../race/race";
import { ended, shownArms } from "../../race/seeds";

/** Of the race under way, or of the last one that an arm took part in. */
function testsOf(race: Race, arm: Arm): readonly Tested[] {
  return race.arms.find((one) => one.arm === arm)?.tests ?? ended(race, arm).at(-1)?.tests ?? [];
}

export function epochTable(race: Race | null): HTMLElement {
  const arms = race ? shownArms(race).map((arm) => ({ arm, tests: testsOf(race, arm) })) : [];
  const epochs = [...new Set(arms.flatMap(({ tests }) => tests.map(({ epoch }) => epoch)))].sort((a, b) => a - b);
  if (epochs.length === 0) return el("p", { class: "empty" }, "Nothing measured yet. Every epoch adds a row here.");
  const quality = qualityOf(race?.description);
  const short = quality === USUAL ? "acc." : quality;
  const parts = ["train loss", "test loss", `train ${short}`, `test ${short}`];
  const row = (epoch: number) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, String(epoch)),
      ...arms.flatMap(({ tests }) => {
        const test = tests.find((test) => test.epoch === epoch);
        const texts = test
          ? [loss(test.train_loss), loss(test.test_loss), percent(test.train_accuracy), percent(test.test_accuracy)]
          : ["", "", "", ""];
        return texts.map((text) => el("td", {}, text));
      }),
    );
  return el(
    "table",
    { class: "epochs" },
    el("caption", { class: "sr-only" }, `Loss and ${quality} of every arm after each epoch; epoch 0 is the untrained network`),
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        el("th", { rowspan: 2, scope: "col" }, "epoch"),
        ...arms.map(({ arm }) => el("th", { colspan: 4, scope: "colgroup" }, arm)),
      ),
      el("tr", {}, ...arms.flatMap(() => parts.map((part) => el("th", { scope: "col" }, part)))),
    ),
    el("tbody", {}, ...epochs.map(row)),
  );
}

/** One sentence on where every arm stands, for screen readers. */
export function summary(race: Race | null): string {
  if (!race) return "No race yet.";
  const parts = race.arms.map(({ arm, tests, stopped }) => {
    const last = tests.at(-1);
    if (stopped?.reason === "diverged") return `${arm} diverged`;
    return last ? `${arm} ${percent(last.test_accuracy)}` : `${arm} not tested yet`;
  });
  const epoch = Math.max(0, ...race.arms.map(({ tests }) => tests.at(-1)?.epoch ?? 0));
  return `Test ${qualityOf(race.description)} after epoch ${epoch}: ${parts.join(", ")}.`;
}
