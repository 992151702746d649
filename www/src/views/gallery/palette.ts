// A colour for every class that colour-blind eyes tell apart too, after Okabe and Ito (2008), Color Universal Design. Never
// the only sign: every colour stands beside its class's name. Pure.

export type Colour = readonly [red: number, green: number, blue: number];

/** Light enough for black text on them. */
const COLOURS: readonly Colour[] = [
  [86, 180, 233],
  [230, 159, 0],
  [240, 228, 66],
  [204, 121, 167],
  [0, 158, 115],
  [222, 105, 30],
  [187, 187, 187],
  [120, 150, 230],
];

/** What a class is called that is everything else: it is left as it is. */
export const BACKGROUND = "background";

/** The colour of a class; null for the background. More classes than colours share them in turn. */
export function colourOf(index: number, classes: readonly string[]): Colour | null {
  if (classes[index] === BACKGROUND) return null;
  const before = classes.slice(0, index).filter((name) => name !== BACKGROUND).length;
  return COLOURS[before % COLOURS.length] ?? null;
}

export function css([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}
