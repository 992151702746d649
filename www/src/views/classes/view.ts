// How good every arm is at every class: the latest tests of pixels or boxes, and the measures that sum them up.
import { slug } from "../../arms";
import { el, setText } from "../../dom";
import type { Task } from "../../protocol";
import type { Race } from "../../race/race";
import { named } from "../sample";
import { View } from "../view";
import { type ClassRow, type ClassTable, classTable } from "./layout";

export type ClassesProps = { race: Race | null };

const NOTES: Record<Task, string> = {
  classify: "",
  segment: "IoU: pixels both of the class and given it, of those that are either. Means are without the background.",
  detect: "AP: average precision over all scores. A box hits where it overlaps one of its class by an IoU of 0.5 or more.",
};

export class ClassesView extends View<ClassesProps> {
  private readonly note = el("p", { class: "small" });
  private readonly table = el("table", { class: "by-class", "data-testid": "by-class" });
  private shown: Race["events"] | null = null;

  constructor(host: HTMLElement, props: ClassesProps) {
    super(host, props);
    const frame = { class: "results-frame", tabindex: 0, role: "region", "aria-label": "Every class and arm" };
    host.replaceChildren(
      el("header", { class: "panel-head" }, el("h2", {}, "By class"), this.note),
      el("div", frame, this.table),
    );
    this.drawAll();
  }

  protected draw(): void {
    const { race } = this.props;
    // Steps change the race and nothing here.
    if (race && race.events === this.shown) return;
    this.shown = race?.events ?? null;
    const table = race && classTable(race);
    this.host.hidden = !table;
    if (!table) return;
    setText(this.note, `on the test images, best of each row in bold. ${NOTES[race.description.dataset.task]}`);
    this.table.replaceChildren(...parts(table));
  }
}

function parts({ of, columns, classes, measures }: ClassTable): HTMLElement[] {
  const heads = columns.map(({ arm, when }) =>
    el("th", { scope: "col", class: `arm-${slug(arm)}` }, named(arm), el("span", { class: "small" }, when)),
  );
  const row = ({ name, cells }: ClassRow) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      ...cells.map(({ text, best }, i) =>
        el(
          "td",
          { class: `arm-${slug(columns[i]?.arm ?? "compact")}`, title: text === "–" ? "nothing to take a share of" : null },
          el("span", { class: best ? "best" : null }, text),
          best ? el("span", { class: "sr-only" }, ", best") : "",
        ),
      ),
    );
  return [
    el("caption", { class: "sr-only" }, `${of} of every class, then the measures over all classes, for every arm`),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, `class, ${of}`), ...heads)),
    el("tbody", {}, ...classes.map(row)),
    el("tbody", { class: "measures" }, ...measures.map(row)),
  ];
}
