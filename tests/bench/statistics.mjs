// Medians and quartiles, of samples and of ratios of samples.

/** The value below which a share of the values lies, between neighbours in proportion. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Lower quartile, median, upper quartile. */
export function quartiles(values) {
  return [0.25, 0.5, 0.75].map((share) => quantile(values, share));
}

/** Quartiles of `top / bottom` over the rounds in which both were timed, so that what slows a round slows both. */
export function ratio(top, bottom) {
  const rounds = new Map(bottom);
  const values = top.filter(([round]) => rounds.has(round)).map(([round, value]) => value / rounds.get(round));
  return values.length > 0 ? { quartiles: quartiles(values), rounds: values.length } : undefined;
}
