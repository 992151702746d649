// The loss around every arm's contracted network: a contour picture an arm on shared levels, a slice, and the top eigenvalue.
import { el } from "../../../dom";
import type { Arm, Sharpness } from "../../../protocol";
import { errorOf, unitOf } from "../../../quality";
import type { ClaimsProps } from "../data";
import { type Grid, grids, levels, losses, middle, progress, slice } from "../plot/contours";
import { drawLines, key } from "../plot/draw";
import { lineLayout } from "../plot/lines";
import { Panel } from "../plot/panel";
import { levelKey, Surface } from "../plot/surface";
import type { Figure } from "./figure";
import { SurveyControls, USUAL } from "./survey";

const HEIGHT = 290;

export class LandscapeFigure implements Figure {
  private readonly controls = new SurveyControls();
  private readonly key = el("ul", { class: "claim-key" });
  private readonly levels = el("div", { class: "claim-levels" });
  private readonly surfaces = new Map<Arm, Surface>();
  private readonly pictures = el("div", { class: "claim-surfaces" });
  private readonly slice = new Panel("slice", el("span", { class: "claim-tools" }, this.key));
  private readonly shown = el(
    "div",
    { class: "claim-landscape" },
    el(
      "div",
      {},
      el("h3", {}, "Loss around each network"),
      el(
        "p",
        { class: "small" },
        "Two random directions, shared by all arms and scaled to each network’s own filters; contracted networks of the last run, n\u00a0=\u00a01 an arm.",
      ),
      this.pictures,
      this.levels,
    ),
    this.slice.element,
  );
  readonly element = el("div", {}, this.controls.element, this.shown);

  draw({ survey, arms, canSurvey, quality, onSurvey, onCancelSurvey }: ClaimsProps): void {
    const rows = survey?.rows ?? [];
    const { size, radius } = survey?.request ?? USUAL;
    // Only what the trainer surveys has a picture; before anything has come, that is every arm.
    const surveyed = arms.filter((arm) => rows.some((portion) => portion.arm === arm));
    const all = grids(rows, surveyed, size);
    this.controls.draw({
      running: survey?.running ?? false,
      canSurvey,
      progress: survey && rows.length > 0 ? progress(all) : null,
      onSurvey,
      onCancel: onCancelSurvey,
    });
    this.shown.hidden = all.length === 0;
    if (all.length === 0) return;
    const sharpness = (arm: Arm) =>
      // It comes an iteration at a time: the last counts.
      rows.filter((portion) => portion.type === "sharpness" && portion.arm === arm).at(-1) as
        | { sharpness: Sharpness }
        | undefined;
    const thresholds = levels(all);
    this.levels.replaceChildren(levelKey(thresholds, unitOf(quality)));
    const surfaces = all.map((grid) => this.surfaceOf(grid.arm));
    this.pictures.replaceChildren(...surfaces.map(({ element }) => element));
    surfaces.forEach((surface, i) => {
      const grid = all[i];
      if (!grid) return;
      const shared = { thresholds, radius, running: survey?.running ?? false, error: errorOf(quality), unit: unitOf(quality) };
      surface.draw({ ...shared, grid, sharpness: sharpness(grid.arm)?.sharpness ?? null });
    });
    this.key.replaceChildren(...key(surveyed));
    this.drawSlice(all, errorOf(quality), unitOf(quality));
  }

  private surfaceOf(arm: Arm): Surface {
    const surface = this.surfaces.get(arm) ?? new Surface(arm);
    this.surfaces.set(arm, surface);
    return surface;
  }

  private drawSlice(all: readonly Grid[], error: string, unit: string): void {
    const lines = all.map((grid) => ({
      arm: grid.arm,
      marks: "some" as const,
      places: slice(grid).map(({ alpha, loss, error: missed }) => ({
        x: alpha,
        y: loss,
        title: `${grid.arm}, ${alpha.toFixed(2)} along the first direction: loss ${number(loss)}${unit}, ${error} ${(100 * missed).toFixed(1)} %`,
      })),
    }));
    this.slice.draw({
      title: "Slice along the first direction",
      note: "Loss on the probe images, logarithmic; 0 is the network itself. The wider the valley, the flatter the minimum.",
      draw: (width) => {
        const layout = lineLayout({ lines, logarithmic: true }, width, HEIGHT);
        const across = { label: "steps (1: as far as a filter is long)", text: signed };
        return {
          height: HEIGHT,
          content: drawLines(layout, across, { label: unit === "" ? "loss" : `loss,${unit}`, text: String }),
        };
      },
      numbers: {
        head: ["arm", "loss at the network itself", "range of the losses found"],
        rows: all.map((grid) => {
          const found = losses(grid).filter(Number.isFinite);
          const lost = losses(grid).length - found.length;
          const range = `${number(Math.min(...found))} to ${number(Math.max(...found))}${unit} at ${found.length} places`;
          return [grid.arm, `${number(middle(grid)?.loss)}${unit}`, lost > 0 ? `${range}, not finite at ${lost}` : range];
        }),
      },
    });
  }
}

const number = (value: number | undefined) =>
  value === undefined || !Number.isFinite(value) ? "not finite" : String(Number(value.toPrecision(3)));
const signed = (value: number) => String(Number(value.toFixed(2))).replace("-", "−");
