// What every arm really convolves the image with: the first layer's filters, contracted, side by side.
import { slug } from "../../arms";
import { el } from "../../dom";
import { count } from "../../format";
import type { Arm, Filters } from "../../protocol";
import { named } from "../sample";
import { View } from "../view";
import { MOST_TILES, type Ramp, type Tile, tiles } from "./layout";

export type FiltersProps = { filters: readonly Filters[]; arms: readonly Arm[]; theme: string };

const RAMP: Ramp = { low: [33, 84, 160], zero: [236, 238, 240], high: [190, 72, 12] };
const DARK_RAMP: Ramp = { low: [92, 160, 240], zero: [30, 36, 42], high: [246, 150, 84] };

export class FiltersView extends View<FiltersProps> {
  private readonly rows = el("div", { class: "filters" });
  private readonly note = el("p", { class: "small" });

  constructor(host: HTMLElement, props: FiltersProps) {
    super(host, props);
    host.replaceChildren(el("header", { class: "panel-head" }, el("h2", {}, "First-layer filters"), this.note), this.rows);
    this.drawAll();
  }

  protected draw(): void {
    const { filters, arms, theme } = this.props;
    const step = filters[0]?.step;
    this.note.textContent = step === undefined ? "contracted" : `contracted, at step ${count(step)}`;
    this.rows.replaceChildren(
      ...arms.map((arm) => {
        const found = filters.find((filter) => filter.arm === arm);
        const drawn = found ? tiles(found, theme === "dark" ? DARK_RAMP : RAMP) : [];
        const rest = found ? found.shape[0] - drawn.length : 0;
        const label = found
          ? `${drawn.length} filters of ${arm}, ${found.shape[2]}×${found.shape[3]}`
          : `no filters of ${arm} yet`;
        return el(
          "div",
          { class: `filter-row arm-${slug(arm)}` },
          named(arm),
          el(
            "span",
            { class: "tiles", role: "img", "aria-label": label, "data-testid": `filters-${slug(arm)}` },
            ...(found ? drawn.map(tileCanvas) : Array.from({ length: 8 }, () => el("i", { class: "tile tile-empty" }))),
            rest > 0 ? el("small", { title: `only the first ${MOST_TILES} are shown` }, `+${rest}`) : null,
          ),
        );
      }),
    );
  }
}

function tileCanvas({ width, height, pixels }: Tile): HTMLCanvasElement {
  const canvas = el("canvas", { class: "tile", width, height });
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}
