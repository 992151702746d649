// Starts and stops a survey of the landscape: how many points, how far, and how much of it has come.
import { el, setText } from "../../../dom";
import type { SurveyRequest } from "../../../protocol";

export type SurveyProps = {
  running: boolean;
  canSurvey: boolean;
  /** Rows that have come, and rows there will be; null before any survey. */
  progress: { done: number; of: number } | null;
  onSurvey: (request: SurveyRequest) => void;
  onCancel: () => void;
};

export const USUAL: SurveyRequest = { size: 15, radius: 1 };

/** What the trainer would refuse, in its words; null if nothing. */
export function refusal({ size, radius }: SurveyRequest): string | null {
  if (!Number.isInteger(size) || size % 2 === 0 || size < 3 || size > 51) return "Use an odd number of points from 3 to 51.";
  if (!(radius > 0 && radius <= 2)) return "Use a radius above 0 and at most 2.";
  return null;
}

export class SurveyControls {
  private props: SurveyProps | null = null;
  private readonly size = numberInput("size", USUAL.size, { min: 3, max: 51, step: 2 }, () => this.check());
  private readonly radius = numberInput("radius", USUAL.radius, { min: 0.1, max: 2, step: 0.1 }, () => this.check());
  private readonly start = el("button", { type: "submit", class: "button small-button", "data-testid": "survey" }, "Survey");
  private readonly cancel = el(
    "button",
    { type: "button", class: "button small-button", "data-testid": "cancel-survey", onclick: () => this.props?.onCancel() },
    "Cancel",
  );
  private readonly bar = el("progress", { "aria-label": "Rows of the survey" });
  private readonly amount = el("span", { class: "small" });
  private readonly fault = el("p", { class: "fault", id: "survey-fault", role: "status" });
  private readonly hint = el(
    "p",
    { class: "small" },
    "A survey needs networks trained in this tab: run the experiment here first.",
  );
  readonly element = el(
    "form",
    { class: "claim-survey", novalidate: true, onsubmit: (event) => this.submit(event) },
    el("label", {}, "points a side ", this.size),
    el("label", {}, "radius ", this.radius),
    this.start,
    this.cancel,
    this.bar,
    this.amount,
    this.fault,
    this.hint,
  );

  draw(props: SurveyProps): void {
    this.props = props;
    const { running, canSurvey, progress } = props;
    this.cancel.hidden = !running;
    this.start.hidden = running;
    this.hint.hidden = canSurvey || running;
    this.bar.hidden = !running;
    this.bar.max = Math.max(1, progress?.of ?? 1);
    this.bar.value = progress?.done ?? 0;
    const all = progress !== null && progress.done === progress.of;
    const rows = progress ? `${progress.done} of ${progress.of} rows` : "";
    setText(
      this.amount,
      running && all ? `${rows}, now the eigenvalues` : progress && !running && !all ? `stopped at ${rows}` : rows,
    );
    this.check();
  }

  private request(): SurveyRequest {
    return { size: this.size.valueAsNumber, radius: this.radius.valueAsNumber };
  }

  private check(): void {
    const found = refusal(this.request());
    setText(this.fault, found ?? "");
    for (const input of [this.size, this.radius]) {
      const wrong = found !== null && refusal({ ...USUAL, [input.name]: input.valueAsNumber }) !== null;
      input.setAttribute("aria-invalid", String(wrong));
    }
    this.start.disabled = found !== null || !this.props?.canSurvey;
  }

  private submit(event: Event): void {
    event.preventDefault();
    const request = this.request();
    if (refusal(request) === null && this.props?.canSurvey && !this.props.running) this.props.onSurvey(request);
  }
}

function numberInput(
  name: string,
  value: number,
  limits: { min: number; max: number; step: number },
  onInput: () => void,
): HTMLInputElement {
  const attributes = {
    type: "number",
    name,
    value,
    ...limits,
    "aria-describedby": "survey-fault",
    "data-testid": `survey-${name}`,
  };
  return el("input", { ...attributes, oninput: onInput });
}
