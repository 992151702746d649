// One native input per kind of field. Values go out as the reader typed them; the trainer judges.
import { el } from "../../dom";
import type { Choice, Description, Field } from "../../protocol";
import { armsInput } from "./arms";
import { networkInput } from "./network";

export type Input = {
  element: HTMLElement;
  /** What gets focus and descriptions. */
  targets: readonly HTMLElement[];
  /** Whether it is several inputs under one legend. */
  grouped?: boolean;
  set(value: unknown): void;
  /** Shows what the accepted experiment amounts to. */
  describe?(description: Description): void;
};

export type OnValue = (value: unknown) => void;

/** Choices that are offered only if the experiment already has them. */
const HIDDEN = /-full$|^synthetic$/;

export function makeInput(field: Field, onValue: OnValue): Input {
  switch (field.kind) {
    case "number":
      return numberInput(field, onValue);
    case "numbers":
      return numbersInput(field, onValue);
    case "flag":
      return flagInput(onValue);
    case "choice":
      return select(field.choices, onValue);
    case "arms":
      return armsInput(field, onValue);
    case "text":
      return networkInput(field, onValue);
  }
}

function numberInput(field: Extract<Field, { kind: "number" }>, onValue: OnValue): Input {
  const input = el("input", {
    type: "number",
    inputmode: field.integer ? "numeric" : "decimal",
    min: field.min,
    max: field.max,
    autocomplete: "off",
  });
  // The arrows go by steps; any number in between may be typed.
  input.step = field.integer ? String(field.step) : "any";
  input.addEventListener("keydown", (event) => {
    if (field.integer || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const next = Number(input.value) + (event.key === "ArrowUp" ? field.step : -field.step);
    input.value = String(Number(Math.min(field.max, Math.max(field.min, next)).toPrecision(6)));
    onValue(Number(input.value));
  });
  input.addEventListener("input", () => onValue(input.value === "" ? "" : Number(input.value)));
  // Scrolling past a focused number must scroll, not count.
  input.addEventListener("wheel", () => input.blur(), { passive: true });
  return { element: input, targets: [input], set: (value) => setUnlessTyping(input, value) };
}

function numbersInput({ integer }: Extract<Field, { kind: "numbers" }>, onValue: OnValue): Input {
  // The keys that a phone offers for numbers lack the comma between them.
  const placeholder = integer ? "such as 3, 5" : "such as 0.5, 2";
  const input = el("input", { type: "text", placeholder, autocomplete: "off", spellcheck: "false" });
  input.addEventListener("input", () => {
    const parts = input.value.split(/[,\s]+/).filter((part) => part !== "");
    onValue(parts.map((part) => (Number.isFinite(Number(part)) ? Number(part) : part)));
  });
  return {
    element: input,
    targets: [input],
    set: (value) => setUnlessTyping(input, Array.isArray(value) ? value.join(", ") : value),
  };
}

function flagInput(onValue: OnValue): Input {
  const input = el("input", { type: "checkbox", role: "switch" });
  input.addEventListener("change", () => onValue(input.checked));
  return {
    element: input,
    targets: [input],
    set: (value) => {
      input.checked = value === true;
    },
  };
}

function select(choices: readonly Choice[], onValue: OnValue): Input {
  const input = el("select", {});
  input.addEventListener("change", () => onValue(input.value));
  const set = (value: unknown): void => {
    const offered = choices.filter((choice) => !HIDDEN.test(choice.value) || choice.value === value);
    if (offered.length !== input.options.length || offered.some((choice, i) => input.options[i]?.value !== choice.value)) {
      input.replaceChildren(...offered.map((choice) => el("option", { value: choice.value, title: choice.help }, choice.label)));
    }
    input.value = String(value);
  };
  return { element: input, targets: [input], set };
}

/** What the reader is typing is not touched while it means the same. */
export function setUnlessTyping(input: HTMLInputElement | HTMLTextAreaElement, value: unknown): void {
  const text = String(value ?? "");
  if (document.activeElement === input && (Number(input.value) === Number(text) || input.value.trim() === text)) return;
  if (input.value !== text) input.value = text;
}
