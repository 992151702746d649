// A row of tabs after the ARIA pattern: one stop for the Tab key, arrows, Home and End move and choose.
import { el } from "../../dom";

export type Tab = { name: string; label: string; title: string };

export class Tabs {
  readonly list: HTMLElement;
  readonly panel: HTMLElement;
  private tabs: HTMLButtonElement[] = [];
  private chosen: string | null = null;

  constructor(
    private readonly prefix: string,
    label: string,
    private readonly onChoose: (name: string) => void,
  ) {
    this.list = el("div", { class: "tabs", role: "tablist", "aria-label": label, onkeydown: (event) => this.press(event) });
    this.panel = el("div", { class: "tab-panel", role: "tabpanel", id: `${prefix}-panel` });
  }

  draw(tabs: readonly Tab[], chosen: string | null): void {
    if (this.tabs.map(({ dataset }) => dataset.name).join() !== tabs.map(({ name }) => name).join()) this.build(tabs);
    for (const tab of this.tabs) {
      const selected = tab.dataset.name === chosen;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      if (selected) this.panel.setAttribute("aria-labelledby", tab.id);
      if (selected && chosen !== this.chosen) this.show(tab, this.chosen !== null);
    }
    this.chosen = chosen;
  }

  private build(tabs: readonly Tab[]): void {
    this.tabs = tabs.map(({ name, label, title }) =>
      el(
        "button",
        {
          type: "button",
          class: "tab",
          role: "tab",
          id: `${this.prefix}-tab-${name}`,
          "aria-controls": this.panel.id,
          "data-name": name,
          "data-testid": `${this.prefix}-${name}`,
          title,
          onclick: () => this.onChoose(name),
        },
        label,
      ),
    );
    this.list.replaceChildren(...this.tabs);
  }

  private press(event: Event): void {
    if (!(event instanceof KeyboardEvent) || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = this.tabs.indexOf(document.activeElement as HTMLButtonElement);
    const count = this.tabs.length;
    const places: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: count - 1 };
    const place = places[event.key];
    const tab = place === undefined || at < 0 ? undefined : this.tabs[(place + count) % count];
    if (!tab) return;
    event.preventDefault();
    tab.focus();
    this.onChoose(tab.dataset.name ?? "");
  }

  /** Scrolls the strip, never the page. */
  private show(tab: HTMLElement, moving: boolean): void {
    const { offsetLeft, offsetWidth } = tab;
    const middle = offsetLeft - this.list.offsetLeft - (this.list.clientWidth - offsetWidth) / 2;
    const smooth = moving && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.list.scrollTo({ left: middle, behavior: smooth ? "smooth" : "auto" });
  }
}
