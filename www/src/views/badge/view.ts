// Which device computes, by name, and why. A software adapter is called that.
import { el, setText } from "../../dom";
import type { AdapterReport, Opened } from "../../protocol";
import { View } from "../view";

export type BadgeProps = {
  adapter: AdapterReport | null;
  opened: Opened | null;
  compiling: boolean;
  /** Nothing computes: a recording is shown. */
  replayed: boolean;
};

export class Badge extends View<BadgeProps> {
  private readonly name = el("strong", { class: "badge-name" });
  private readonly reason = el("span", { class: "badge-reason" });
  private readonly frame = el("div", { class: "badge", "data-testid": "badge" }, this.name, this.reason);

  constructor(host: HTMLElement, props: BadgeProps) {
    super(host, props);
    host.replaceChildren(this.frame);
    this.drawAll();
  }

  protected draw(): void {
    const { name, reason, device } = badgeText(this.props);
    setText(this.name, name);
    setText(this.reason, reason);
    this.frame.title = reason;
    this.frame.dataset.device = device;
  }
}

/** The words of the badge. Before a race: what the browser offers; with one: what was chosen and why. */
export function badgeText({ adapter, opened, compiling, replayed }: BadgeProps): {
  name: string;
  reason: string;
  device: string;
} {
  if (opened && replayed) return { name: "Recording", reason: opened.reason, device: "none" };
  if (opened) {
    const software = opened.software ? " (software)" : "";
    const name = opened.backend === "webgpu" ? `WebGPU · ${opened.adapter}${software}` : `CPU · ${opened.adapter}`;
    return {
      name,
      reason: compiling ? "compiling kernels, once per page" : opened.reason,
      device: opened.software ? "software" : opened.backend,
    };
  }
  if (!adapter) return { name: "Looking for a device", reason: "WebGPU or the CPU", device: "none" };
  if (!adapter.usable) return { name: "CPU", reason: adapter.reason ?? "WebGPU cannot be used here", device: "cpu" };
  const software = adapter.software ? " (software)" : "";
  return {
    name: `WebGPU · ${adapter.name}${software}`,
    reason: "available; the device is chosen at the start",
    device: "webgpu",
  };
}
