// A figure on the page: its title, what it counts, the drawing at the width there is, and the same numbers as a table for screen readers.
import { el, setText, svg } from "../../../dom";

export type Drawing = { height: number; content: readonly SVGElement[] };

export type Numbers = { head: readonly string[]; rows: readonly (readonly string[])[] };

export type PanelProps = {
  title: string;
  /** The count behind the figure and how to read it. */
  note: string;
  draw: (width: number) => Drawing;
  numbers: Numbers;
};

/** Where the page has no layout yet. */
const USUAL_WIDTH = 360;

export class Panel {
  private readonly title = el("h3", {});
  private readonly note = el("p", { class: "small" });
  private readonly canvas = svg("svg", { class: "claim-plot", "aria-hidden": "true", focusable: "false" });
  private readonly table = el("table", {});
  readonly element: HTMLElement;

  constructor(name: string, ...extra: Node[]) {
    this.element = el(
      "figure",
      { class: `claim-figure claim-${name}`, "data-figure": name },
      el("figcaption", {}, this.title, ...extra, this.note),
      this.canvas,
      el("div", { class: "sr-only" }, this.table),
    );
  }

  draw({ title, note, draw, numbers }: PanelProps): void {
    setText(this.title, title);
    setText(this.note, note);
    const width = Math.floor(this.element.clientWidth) || USUAL_WIDTH;
    const { height, content } = draw(width);
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, width, height })) {
      this.canvas.setAttribute(name, String(value));
    }
    this.canvas.replaceChildren(...content);
    this.table.replaceChildren(...tableOf(title, numbers));
  }
}

function tableOf(title: string, { head, rows }: Numbers): Node[] {
  return [
    el("caption", {}, title),
    el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col" }, text)))),
    el(
      "tbody",
      {},
      ...rows.map(([name = "", ...cells]) =>
        el("tr", {}, el("th", { scope: "row" }, name), ...cells.map((text) => el("td", {}, text))),
      ),
    ),
  ];
}
