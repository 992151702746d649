// A network: a preset from a list, or its text form to be changed line by line.
import { el } from "../../dom";
import type { Description, Field } from "../../protocol";
import { type Input, type OnValue, setUnlessTyping } from "./inputs";

const WRITTEN = "written out";

export function networkInput(field: Extract<Field, { kind: "text" }>, onValue: OnValue): Input {
  const preset = el(
    "select",
    { "aria-label": `${field.label}: preset` },
    ...field.choices.map((choice) => el("option", { value: choice.value, title: choice.help }, choice.label)),
    el("option", { value: WRITTEN }, "written out…"),
  );
  const text = el("textarea", {
    rows: 5,
    maxlength: field.most,
    spellcheck: "false",
    "aria-label": `${field.label} in text form`,
    "data-testid": `${field.name}-text`,
  });
  const toggle = el(
    "button",
    { type: "button", class: "link-button", "aria-expanded": "false", "data-testid": `${field.name}-edit` },
    "edit as text",
  );
  const main = field.name === "network";
  let spec = "";

  const open = (shown: boolean): void => {
    text.hidden = !shown;
    toggle.setAttribute("aria-expanded", String(shown));
    toggle.textContent = shown ? "hide text" : "edit as text";
  };
  open(false);

  preset.addEventListener("change", () => {
    if (preset.value === WRITTEN) {
      open(true);
      text.value = lines(spec);
      text.focus();
      onValue(spec);
    } else onValue(preset.value);
  });
  text.addEventListener("input", () => onValue(joined(text.value)));
  toggle.addEventListener("click", () => {
    open(text.hidden !== false);
    if (!text.hidden) text.focus();
  });

  return {
    element: el("span", { class: "network" }, preset, toggle, text),
    targets: [preset, text],
    set: (value) => {
      const known = field.choices.some((choice) => choice.value === value);
      preset.value = known ? String(value) : WRITTEN;
      if (!known && joined(text.value) !== value) setUnlessTyping(text, lines(String(value)));
      if (main && !known && text.hidden) open(true);
    },
    describe: (description: Description) => {
      const known = field.choices.some((choice) => choice.value === preset.value);
      // Only the main network is described in text form; of another one, what was last written out is known.
      if (main) spec = description.spec;
      else if (!known) spec = joined(text.value);
      toggle.hidden = known && !main;
      if (known && !main) open(false);
      if (known && document.activeElement !== text) text.value = lines(spec);
    },
  };
}

/** One layer a line, as it is edited. */
function lines(spec: string): string {
  return spec.split(/\s*;\s*/).join("\n");
}

/** Lines back to the text form, which separates layers by semicolons. */
function joined(text: string): string {
  return text
    .split(/[\n;]/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("; ");
}
