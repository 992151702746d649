// Light, dark, or as the system has it. Kept for the next visit where the browser allows it.

export type ThemeChoice = "auto" | "light" | "dark";

const KEY = "expandnets-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

/** The choice of the address (`?theme=`), of the last visit, or of the system. */
export function readTheme(): ThemeChoice {
  const asked = new URLSearchParams(location.search).get("theme");
  if (isChoice(asked)) return asked;
  try {
    const kept = localStorage.getItem(KEY);
    return isChoice(kept) ? kept : "auto";
  } catch {
    return "auto";
  }
}

export function writeTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // In a frame of another site nothing may be kept; the choice lasts as long as the page.
  }
}

/** Puts the theme on the page; returns which of the two it is. */
export function applyTheme(choice: ThemeChoice): "light" | "dark" {
  const shown = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
  document.documentElement.dataset.theme = shown;
  return shown;
}

export function onSystemTheme(listener: () => void): void {
  dark.addEventListener("change", listener);
}

function isChoice(text: string | null): text is ThemeChoice {
  return text === "auto" || text === "light" || text === "dark";
}
