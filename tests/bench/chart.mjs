// The chart of the benchmarks as an SVG: a panel for each group, a row for each contender, a mark for each network, on a
// logarithmic axis. Its colours follow the reader's scheme, and every network has a shape of its own.
import { quartiles } from "./statistics.mjs";

const WIDTH = 880;
const LEFT = 222;
const RIGHT = 24;
const ROW = 46;
const TOP = 78;
const TITLE = 34;
const AXIS = 34;
const SANS = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";

const NETWORKS = [
  { arm: "compact", name: "compact", path: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0" },
  { arm: "CL", name: "cl", path: "M-4 -4h8v8h-8z" },
  { arm: "CK", name: "ck", path: "M0 -5.5L5.5 0L0 5.5L-5.5 0z" },
  { arm: "CL+FC", name: "clfc", path: "M0 -5L5 4H-5z" },
  { arm: "CK+FC", name: "ckfc", path: "M0 5L5 -4H-5z" },
];

// The page's own colours of the arms, for light and for dark.
const STYLE = `
    .paper { fill: #ffffff } .text { fill: #17202a } .faint { fill: #46525f } .grid { stroke: #e2e7ec } .frame { stroke: #626f7c }
    .compact { --arm: #3d4752 } .cl { --arm: #0a6ebd } .ck { --arm: #b83f00 } .clfc { --arm: #a33f8c } .ckfc { --arm: #bb8a00 }
    .mark { fill: var(--arm) } .spread { stroke: var(--arm) }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #151b21 } .text { fill: #e6ecf2 } .faint { fill: #b0bcc8 } .grid { stroke: #262f38 } .frame { stroke: #8d9aa7 }
      .compact { --arm: #cfd7df } .cl { --arm: #4fa8f0 } .ck { --arm: #f0743a } .clfc { --arm: #d98ac6 } .ckfc { --arm: #f2c744 }
    }`;

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
const round = (value) => Math.round(value * 10) / 10;

function text(x, y, words, { anchor = "start", size = 13, weight = 400, kind = "text" } = {}) {
  return `<text class="${kind}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}">${escaped(words)}</text>`;
}

function who({ library, execution, threads }) {
  const cores = `${threads} thread${threads > 1 ? "s" : ""}`;
  const way = execution === "contracted" ? "contracted" : "layer by layer";
  if (library === "ours") return ["ours, in the browser", way];
  if (library === "native") return ["ours, native", `${way}, ${cores}`];
  if (library === "pytorch") return ["PyTorch", `layer by layer, ${cores}`];
  return [library === "tfjs" ? "TensorFlow.js" : library, "layer by layer"];
}

function mark({ arm, name, path }, record, scale, y) {
  const [low, median, high] = quartiles(record.samples.map(([, value]) => value)).map(scale);
  const title = `<title>${escaped(`${record.id}: ${quartiles(record.samples.map(([, value]) => value))[1].toFixed(1)} ms`)}</title>`;
  const at = y + (NETWORKS.findIndex((network) => network.arm === arm) - 2) * 7;
  const spread = `<line class="spread" x1="${round(low)}" x2="${round(high)}" y1="${at}" y2="${at}" stroke-width="1.6"/>`;
  return `<g class="${name}">${title}${spread}<path class="mark" transform="translate(${round(median)} ${at})" d="${path}"/></g>`;
}

/** 1, 2, 5, 10 … between two values. */
function ticks(low, high) {
  const values = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    values.push(...[1, 2, 5].map((digit) => digit * 10 ** power));
  }
  return values.filter((value) => value >= low && value <= high);
}

const duration = (value) => (value >= 1000 ? `${value / 1000} s` : `${value} ms`);

function panel(group, records, top) {
  const rows = new Map();
  for (const record of records) {
    const key = who(record).join("\n");
    rows.set(key, [...(rows.get(key) ?? []), record]);
  }
  const values = records.flatMap(({ samples }) => samples.map(([, value]) => value));
  const [low, high] = [Math.min(...values) / 1.25, Math.max(...values) * 1.25];
  const scale = (value) => LEFT + ((WIDTH - RIGHT - LEFT) * Math.log(value / low)) / Math.log(high / low);
  const [backend, batch] = group.split(" ");
  const bottom = top + TITLE + rows.size * ROW;
  const parts = [text(16, top + 20, `${backend === "cpu" ? "CPU" : "WebGPU"}, batch ${batch}`, { size: 15, weight: 600 })];
  for (const value of ticks(low, high)) {
    const x = round(scale(value));
    parts.push(`<line class="grid" x1="${x}" x2="${x}" y1="${top + TITLE}" y2="${bottom}"/>`);
    parts.push(text(x, bottom + 16, duration(value), { anchor: "middle", size: 11, kind: "faint" }));
  }
  [...rows].forEach(([key, members], index) => {
    const y = top + TITLE + index * ROW + ROW / 2;
    const [name, way] = key.split("\n");
    parts.push(`<line class="grid" x1="16" x2="${WIDTH - RIGHT}" y1="${y + ROW / 2}" y2="${y + ROW / 2}"/>`);
    parts.push(text(16, y - 2, name, { weight: name.startsWith("ours") ? 600 : 400 }));
    parts.push(text(16, y + 13, way, { size: 11, kind: "faint" }));
    for (const network of NETWORKS) {
      const record = members.find(({ arm }) => arm === network.arm);
      if (record) parts.push(mark(network, record, scale, y));
    }
  });
  parts.push(`<line class="frame" x1="${LEFT}" x2="${LEFT}" y1="${top + TITLE}" y2="${bottom}"/>`);
  return { parts, bottom: bottom + AXIS };
}

export function draw(content) {
  const measured = content.series.filter(({ samples }) => samples.length > 0);
  const parts = [
    text(16, 28, "Time of one training step", { size: 18, weight: 600 }),
    text(16, 46, "SmallNet 7×7; logarithmic; median and quartiles. Further left is faster.", { size: 12, kind: "faint" }),
  ];
  NETWORKS.forEach(({ arm, name, path }, index) => {
    const x = 22 + index * 92;
    parts.push(`<path class="mark ${name}" transform="translate(${x} 64)" d="${path}"/>`);
    parts.push(text(x + 11, 68, arm, { size: 12 }));
  });
  let top = TOP;
  for (const group of new Set(measured.map(({ group }) => group))) {
    const drawn = panel(
      group,
      measured.filter((record) => record.group === group),
      top,
    );
    parts.push(...drawn.parts);
    top = drawn.bottom;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" font-family="${SANS}" role="img" aria-label="Time of one training step by contender and network">
  <style>${STYLE}
  </style>
  <rect class="paper" width="${WIDTH}" height="${top}"/>
  ${parts.join("\n  ")}
</svg>
`;
}
