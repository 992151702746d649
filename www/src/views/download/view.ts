// Every arm's weights as a safetensors file: as trained, or contracted to the compact network.
import { contracts, slug } from "../../arms";
import { el } from "../../dom";
import { bytes, count } from "../../format";
import type { Arm, ArmDescription, Description, Form } from "../../protocol";
import { named } from "../sample";
import { View } from "../view";

export type DownloadProps = {
  description: Description | null;
  /** The arms whose weights there are: those of the race under way. */
  present: readonly Arm[];
  /** Training labels of that race that were drawn at random. */
  noisy: number;
  /** What is being written or was last written; null before. */
  message: string | null;
  onExport: (arm: Arm, form: Form) => void;
  onNoise: () => void;
};

/** Bytes of one parameter in the file. */
const FLOAT = 4;

export class Download extends View<DownloadProps> {
  private readonly rows = el("tbody", {});
  private shown = "";
  private readonly noise = el(
    "button",
    { type: "button", class: "link-button", "data-testid": "noise", onclick: () => this.props.onNoise() },
    "Noisy labels…",
  );
  private readonly message = el("p", { class: "small", role: "status", "data-testid": "download-status" });

  constructor(host: HTMLElement, props: DownloadProps) {
    super(host, props);
    const heads = ["arm", "as trained", "contracted"].map((text) => el("th", { scope: "col" }, text));
    host.replaceChildren(
      el(
        "header",
        { class: "panel-head" },
        el("h2", {}, "Weights"),
        el("p", { class: "small" }, "safetensors, PyTorch names"),
        this.noise,
      ),
      el("table", { class: "downloads" }, el("thead", {}, el("tr", {}, ...heads)), this.rows),
      this.message,
    );
    this.drawAll();
  }

  protected draw(): void {
    const { description, present, noisy, message } = this.props;
    this.message.textContent = message ?? "";
    this.message.hidden = message === null;
    this.noise.hidden = noisy === 0;
    this.noise.title = `which ${count(noisy)} training labels of the race under way were drawn at random`;
    // What prepares others, such as the teacher, can be taken home as well.
    const described = description?.arms ?? [];
    const more = present.filter((arm) => !described.some((one) => one.arm === arm));
    const key = JSON.stringify([described.map(({ arm, parameters }) => [arm, parameters]), more]);
    if (key !== this.shown)
      this.rows.replaceChildren(...described.map((one) => this.row(one.arm, one)), ...more.map((arm) => this.row(arm)));
    this.shown = key;
    for (const button of this.rows.querySelectorAll("button")) {
      const here = present.some((arm) => arm === button.dataset.arm);
      button.disabled = !here || !contracts(button.dataset.arm as Arm);
      button.title = contracts(button.dataset.arm as Arm) ? "" : "a nonlinear counterpart does not contract";
    }
  }

  private row(arm: Arm, described?: ArmDescription): HTMLElement {
    return el(
      "tr",
      { class: `arm-${slug(arm)}` },
      el("th", { scope: "row" }, named(arm)),
      el("td", {}, this.button(arm, "expanded", described?.parameters)),
      el("td", {}, this.button(arm, "contracted", described?.contracted_parameters)),
    );
  }

  private button(arm: Arm, form: Form, parameters: number | undefined): HTMLButtonElement {
    const what = form === "expanded" ? "as trained" : "contracted";
    const size = parameters === undefined ? "" : bytes(parameters * FLOAT);
    return el(
      "button",
      {
        type: "button",
        class: "button small-button",
        "data-testid": `download-${slug(arm)}-${form}`,
        "data-arm": arm,
        "data-form": form,
        "aria-label": `Download ${arm}, ${what}${size && `, about ${size}`}`,
        onclick: () => this.props.onExport(arm, form),
      },
      `↓ ${size || "weights"}`,
    );
  }
}
