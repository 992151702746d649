// Every arm's weights as a safetensors file: as trained, or contracted to the compact network.
import { slug } from "../../arms";
import { el } from "../../dom";
import { bytes } from "../../format";
import type { Arm, Description, Form } from "../../protocol";
import { sample } from "../sample";
import { View } from "../view";

export type DownloadProps = {
  description: Description | null;
  enabled: boolean;
  /** What is being written or was last written; null before. */
  message: string | null;
  onExport: (arm: Arm, form: Form) => void;
};

/** Bytes of one parameter in the file. */
const FLOAT = 4;

export class Download extends View<DownloadProps> {
  private readonly rows = el("tbody", {});
  private readonly message = el("p", { class: "small", role: "status", "data-testid": "download-status" });

  constructor(host: HTMLElement, props: DownloadProps) {
    super(host, props);
    const heads = ["arm", "as trained", "contracted"].map((text) => el("th", { scope: "col" }, text));
    host.replaceChildren(
      el("header", { class: "panel-head" }, el("h2", {}, "Weights"), el("p", { class: "small" }, "safetensors, PyTorch names")),
      el("table", { class: "downloads" }, el("thead", {}, el("tr", {}, ...heads)), this.rows),
      this.message,
    );
    this.drawAll();
  }

  protected draw(changed: ReadonlySet<keyof DownloadProps>): void {
    const { description, enabled, message } = this.props;
    this.message.textContent = message ?? "";
    this.message.hidden = message === null;
    if (changed.has("description")) this.build(description);
    for (const button of this.rows.querySelectorAll("button")) button.disabled = !enabled;
  }

  private build(description: Description | null): void {
    this.rows.replaceChildren(
      ...(description?.arms ?? []).map(({ arm, parameters, contracted_parameters }) =>
        el(
          "tr",
          { class: `arm-${slug(arm)}` },
          el("th", { scope: "row" }, sample(arm), el("span", { class: "arm-name" }, arm)),
          el("td", {}, this.button(arm, "expanded", parameters)),
          el("td", {}, this.button(arm, "contracted", contracted_parameters)),
        ),
      ),
    );
  }

  private button(arm: Arm, form: Form, parameters: number): HTMLButtonElement {
    const what = form === "expanded" ? "as trained" : "contracted";
    return el(
      "button",
      {
        type: "button",
        class: "button small-button",
        "data-testid": `download-${slug(arm)}-${form}`,
        "data-arm": arm,
        "data-form": form,
        "aria-label": `Download ${arm}, ${what}, about ${bytes(parameters * FLOAT)}`,
        onclick: () => this.props.onExport(arm, form),
      },
      `↓ ${bytes(parameters * FLOAT)}`,
    );
  }
}
