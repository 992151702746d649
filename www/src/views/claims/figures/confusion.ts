// Gradient confusion: the smallest cosine between mini-batch gradients epoch by epoch, and how all cosines lie at the end.
import { extent } from "d3-array";
import { el } from "../../../dom";
import type { Arm } from "../../../protocol";
import { Segments } from "../../segments";
import { type ArmRecord, type ClaimsProps, meanByEpoch, pooled, recordsOf, type Space, sharedEpoch } from "../data";
import { bandwidth, density } from "../plot/density";
import { drawLines, key } from "../plot/draw";
import { lineLayout } from "../plot/lines";
import { Panel } from "../plot/panel";
import { many, seedsText } from "../words";
import { ConditionChoice } from "./condition";
import type { Figure } from "./figure";

type Series = { arm: Arm; records: ArmRecord[] };

const HEIGHT = 270;
const SPACES = [
  { value: "own", label: "own parameters" },
  { value: "contracted", label: "contracted kernels" },
] as const;

export class ConfusionFigure implements Figure {
  private space: Space = "own";
  private props: ClaimsProps | null = null;
  private readonly spaces = new Segments<Space>("claims-space", "Gradients by", (space) => {
    this.space = space;
    this.redraw();
  });
  private readonly condition = new ConditionChoice(() => this.redraw());
  private readonly key = el("ul", { class: "claim-key" });
  private readonly minima = new Panel("minima");
  private readonly densities = new Panel("densities");
  readonly element = el(
    "div",
    {},
    el("div", { class: "claim-tools" }, "Gradients by", this.spaces.element, this.condition.element, this.key),
    el("div", { class: "claim-figures" }, this.minima.element, this.densities.element),
  );

  draw(props: ClaimsProps): void {
    this.props = props;
    this.spaces.draw(SPACES, this.space);
    const condition = this.condition.draw(props.runs);
    const all = condition ? props.arms.map((arm) => ({ arm, records: recordsOf(props.runs, arm, condition) })) : [];
    const compared = (record: ArmRecord) => record.confusions.some((confusion) => confusion[this.space] !== null);
    const series = all
      .map(({ arm, records }) => ({ arm, records: records.filter(compared) }))
      .filter(({ records }) => records.length > 0);
    this.key.replaceChildren(...key(series.map(({ arm }) => arm)));
    this.drawMinima(series);
    this.drawDensities(series);
  }

  private redraw(): void {
    if (this.props) this.draw(this.props);
  }

  private drawMinima(series: readonly Series[]): void {
    const field = this.space === "own" ? "own_minimum" : "contracted_minimum";
    const lines = series.map(({ arm, records }) => ({
      arm,
      means: meanByEpoch(
        records.map(({ confusions }) => confusions),
        (confusion) => confusion[field],
      ),
    }));
    const pairs = series[0]?.records[0]?.confusions[0]?.own.length ?? 0;
    const counts = lines.flatMap(({ means }) => means.map(({ n }) => n));
    this.minima.draw({
      title: "Smallest cosine, epoch by epoch",
      note: `Higher is less confusion. The smallest of ${many(pairs, "pair")} of mini-batches, mean over seeds: ${seedsText(counts)}.`,
      draw: (width) => {
        const layout = lineLayout(
          {
            lines: lines.map(({ arm, means }) => ({
              arm,
              marks: means.length > 20 ? "some" : "all",
              places: means.map(({ epoch, mean, n }) => ({
                x: epoch,
                y: mean,
                title: `${arm}, epoch ${epoch}: ${mean.toFixed(3)}, n\u00a0=\u00a0${n}`,
              })),
            })),
            counts: true,
            ends: [-1, 1],
          },
          width,
          HEIGHT,
        );
        const content = drawLines(
          layout,
          { label: "epoch", text: String },
          { label: "smallest cosine (no unit)", text: decimal },
        );
        return { height: HEIGHT, content };
      },
      numbers: {
        head: ["arm", "smallest cosine after each epoch"],
        rows: lines.map(({ arm, means }) => [
          arm,
          means.map(({ epoch, mean, n }) => `epoch ${epoch}: ${mean.toFixed(3)}, n\u00a0=\u00a0${n}`).join("; "),
        ]),
      },
    });
  }

  private drawDensities(series: readonly Series[]): void {
    const epoch = sharedEpoch(series.map(({ records }) => records.flatMap(({ confusions }) => confusions)));
    const pools = series.map(({ arm, records }) => ({ arm, ...pooled(records, epoch ?? 0, this.space) }));
    const values = pools.flatMap((pool) => pool.values);
    const [low = -1, high = 1] = extent(values);
    const room = 3 * Math.max(0, ...pools.map((pool) => bandwidth(pool.values)));
    const range = [Math.max(-1, low - room), Math.min(1, high + room)] as const;
    const counts = [...new Set(pools.map((pool) => `${pool.values.length} cosines from ${many(pool.seeds, "seed")}`))].join(", ");
    this.densities.draw({
      title: `Density of the cosines after epoch ${epoch ?? "–"}`,
      note: `A narrow peak near zero is little confusion. Gaussian kernel, Silverman’s bandwidth; n\u00a0=\u00a0${counts || "0"} an arm.`,
      draw: (width) => {
        const lines = pools.map(({ arm, values }) => ({
          arm,
          marks: "peak" as const,
          places: density(values, range).map((place) => ({
            ...place,
            title: `${arm}: densest at a cosine of ${place.x.toFixed(2)}`,
          })),
        }));
        const layout = lineLayout({ lines, include: [0], ends: [0, Number.POSITIVE_INFINITY] }, width, HEIGHT);
        const up = { label: "density, share per unit of cosine", text: short };
        return { height: HEIGHT, content: drawLines(layout, { label: "cosine (no unit)", text: decimal }, up) };
      },
      numbers: {
        head: ["arm", "cosines", "smallest", "largest"],
        rows: pools.map(({ arm, values, seeds }) => {
          const [least = Number.NaN, most = Number.NaN] = extent(values);
          return [arm, `${values.length} from ${many(seeds, "seed")}`, least.toFixed(3), most.toFixed(3)];
        }),
      },
    });
  }
}

const decimal = (value: number) => String(Number(value.toFixed(2))).replace("-", "−");
const short = (value: number) => String(Number(value.toFixed(2)));
