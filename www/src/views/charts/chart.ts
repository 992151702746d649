// One uPlot chart of a metric: thin smoothed training lines, thick test lines with markers, and behind them bands where a line
// is a mean over seeds. Colours come from the style sheet.
import uPlot from "uplot";
import { lookOf, markerPath, markPath } from "../../arms";
import type { Arm } from "../../protocol";
import { type Axis, type Columns, type Metric, PARTS, range } from "./layout";

export type ChartProps = {
  arms: readonly Arm[];
  metric: Metric;
  axis: Axis;
  columns: Columns;
  /** Epochs of the race: the width of the epoch axis. */
  epochs: number;
  /** The place under the pointer, or null when it left. */
  onHover: (x: number | null) => void;
};

const FONT = '11px system-ui, -apple-system, "Segoe UI", sans-serif';

export class Chart {
  private readonly plot: uPlot;
  private readonly observer: ResizeObserver;

  constructor(
    private readonly host: HTMLElement,
    private props: ChartProps,
  ) {
    this.plot = new uPlot(this.options(), this.data(), host);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(host);
  }

  update(partial: Partial<ChartProps>): void {
    this.props = { ...this.props, ...partial };
    this.plot.setData(this.data());
  }

  /** After a change of theme. */
  redraw(): void {
    this.plot.redraw(false);
  }

  destroy(): void {
    this.observer.disconnect();
    this.plot.destroy();
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width > 0 && height > 0) this.plot.setSize({ width, height });
  }

  private data(): uPlot.AlignedData {
    const { x, lines } = this.props.columns;
    return [x, ...lines] as uPlot.AlignedData;
  }

  private color(name: string): string {
    return getComputedStyle(this.host).getPropertyValue(name).trim();
  }

  private options(): uPlot.Options {
    const { metric } = this.props;
    const axis: uPlot.Axis = {
      stroke: () => this.color("--ink-3"),
      font: FONT,
      grid: { stroke: () => this.color("--line"), width: 1 },
      ticks: { show: false },
      gap: 4,
    };
    return {
      width: Math.max(120, this.host.clientWidth),
      height: Math.max(80, this.host.clientHeight),
      padding: [10, 12, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: "race", setSeries: false },
        drag: { x: false, y: false, setScale: false },
        points: { show: false },
        y: false,
      },
      scales: {
        x: { time: false, range: (_, __, most) => [0, this.props.axis === "epoch" ? this.props.epochs : Math.max(1, most ?? 1)] },
        y: { range: () => range(this.props.columns, metric) },
      },
      axes: [
        { ...axis, size: 26, space: 46 },
        {
          ...axis,
          size: 44,
          space: 34,
          values: (_, ticks) =>
            ticks.map((tick) => (metric === "accuracy" ? `${Math.round(tick * 100)} %` : String(Number(tick.toFixed(2))))),
        },
      ],
      series: [{}, ...this.props.arms.flatMap((arm) => PARTS.map((part) => this.series(arm, part)))],
      hooks: {
        drawAxes: [(plot) => this.bands(plot)],
        draw: [(plot) => this.markers(plot)],
        setCursor: [(plot) => this.props.onHover(plot.cursor.idx == null ? null : (plot.data[0][plot.cursor.idx] ?? null))],
      },
    };
  }

  private series(arm: Arm, part: (typeof PARTS)[number]): uPlot.Series {
    const { css, dash } = lookOf(arm);
    return {
      label: `${arm} ${part}`,
      stroke: () => this.color(css),
      width: part === "test" ? 2 : 1,
      alpha: part === "test" ? 1 : 0.6,
      dash: part === "train" ? [] : [...dash],
      spanGaps: true,
      points: { show: false },
    };
  }

  /** Under the lines, but over the grid. */
  private bands(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.globalAlpha = 0.2;
    this.props.arms.forEach((arm, index) => {
      const { x, low, high } = this.props.columns.bands[index] ?? { x: [], low: [], high: [] };
      const corners = [...x.keys()].map((i) => [x[i], high[i]]).concat([...x.keys()].reverse().map((i) => [x[i], low[i]]));
      ctx.fillStyle = this.color(lookOf(arm).css);
      ctx.beginPath();
      for (const [place = 0, value = 0] of corners) ctx.lineTo(plot.valToPos(place, "x", true), plot.valToPos(value, "y", true));
      ctx.fill();
    });
    ctx.restore();
  }

  private markers(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const [paper, top, bottom] = [this.color("--panel"), bbox.top - 4 * ratio, bbox.top + bbox.height + 4 * ratio];
    this.props.arms.forEach((arm, index) => {
      const { css, marker, mark } = lookOf(arm);
      const size = (mark === "none" ? 3.6 : 4.6) * ratio;
      const [path, cut] = [new Path2D(markerPath(marker, size)), new Path2D(markPath(mark, marker, size))];
      ctx.strokeStyle = paper;
      ctx.lineWidth = ratio;
      this.props.columns.lines[PARTS.length * index + PARTS.indexOf("test")]?.forEach((value, i) => {
        if (value === null) return;
        const x = plot.valToPos(this.props.columns.x[i] ?? 0, "x", true);
        const y = plot.valToPos(value, "y", true);
        if (y < top || y > bottom) return;
        ctx.save();
        ctx.translate(x, y);
        ctx.fillStyle = this.color(css);
        ctx.fill(path);
        ctx.stroke(path);
        ctx.fillStyle = paper;
        ctx.fill(cut);
        ctx.restore();
      });
    });
  }
}
