// Numbers as the page writes them. Every number shown goes through here, so that a unit looks the same everywhere.

const plain = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** 66186 → "66,186". */
export function count(value: number): string {
  return plain.format(value);
}

/** 6115000 → "6.12 M"; at most four characters before the letter. */
export function short(value: number): string {
  const letters = ["", " k", " M", " G", " T"];
  let scaled = Math.abs(value);
  let power = 0;
  while (scaled >= 999.5 && power < letters.length - 1) {
    scaled /= 1000;
    power += 1;
  }
  const digits = power === 0 ? 0 : scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return `${value < 0 ? "−" : ""}${scaled.toFixed(digits)}${letters[power]}`;
}

/** 0.8412 → "84.1 %". */
export function percent(share: number | null | undefined, digits = 1): string {
  return share == null || !Number.isFinite(share) ? "–" : `${(share * 100).toFixed(digits)} %`;
}

/** A share in percentage points: 0.012 → "1.2", with its sign "+1.2" or "−1.2". */
export function points(share: number, signed = false): string {
  const text = (Math.abs(share) * 100).toFixed(1);
  if (share < 0 && Number(text) !== 0) return `−${text}`;
  return signed ? `+${text}` : text;
}

/** A loss: three decimals below ten, fewer above. */
export function loss(value: number | null | undefined): string {
  if (value == null) return "–";
  if (!Number.isFinite(value)) return "not finite";
  return Math.abs(value) < 10 ? value.toFixed(3) : Math.abs(value) < 1000 ? value.toFixed(1) : value.toExponential(1);
}

/** 3.1e-7 → "3.1e-7"; exactly zero → "0". */
export function tiny(value: number): string {
  return value === 0 ? "0" : value.toExponential(1);
}

/** Seconds as "14 ms", "1.3 s" or "2 min 5 s". */
export function duration(seconds: number): string {
  if (seconds < 0.001) return `${(seconds * 1000).toFixed(1)} ms`;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Bytes as "268 kB" or "15.4 MB", in powers of ten as download lists show them. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const [scaled, unit] = value < 999_500 ? [value / 1e3, "kB"] : value < 999_500_000 ? [value / 1e6, "MB"] : [value / 1e9, "GB"];
  return `${scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)} ${unit}`;
}

/** 28×28×1 with a real multiplication sign; one-pixel planes are written as a bare width. */
export function shape([channels, height, width]: readonly [number, number, number]): string {
  return height === 1 && width === 1 ? count(channels) : `${channels} × ${height}×${width}`;
}

/** A ratio as "1.06×", "15.9×" or "120×". */
export function times(ratio: number): string {
  return `${ratio < 9.995 ? ratio.toFixed(2) : ratio < 99.95 ? ratio.toFixed(1) : Math.round(ratio)}×`;
}

/** A fractional epoch: two decimals. */
export function epochs(value: number): string {
  return value.toFixed(2);
}
