// What went wrong with the trainer or an arm, what to know, and how to go on.
import { el } from "../../dom";
import { View } from "../view";

export type Notice = { kind: "bad" | "warn" | "plain"; text: string; hint?: string; id: string };

export type NoticeProps = { notices: readonly Notice[]; action: string | null; onAction: () => void };

export class Notices extends View<NoticeProps> {
  private shown = "";

  constructor(host: HTMLElement, props: NoticeProps) {
    super(host, props);
    this.drawAll();
  }

  protected draw(changed: ReadonlySet<keyof NoticeProps>): void {
    if (!changed.has("notices") && !changed.has("action")) return;
    const { notices, action } = this.props;
    // The list is made anew with every state; what says the same stays, or it would be read out again and again.
    const key = JSON.stringify([notices, action]);
    if (key === this.shown) return;
    this.shown = key;
    this.host.hidden = notices.length === 0;
    this.host.replaceChildren(
      ...notices.map(({ kind, text, hint, id }) =>
        el(
          "p",
          { class: `notice notice-${kind}`, role: kind === "bad" ? "alert" : "status", "data-testid": `notice-${id}` },
          el("strong", {}, text),
          hint ? ` ${hint}` : "",
        ),
      ),
      action
        ? el(
            "button",
            { type: "button", class: "button", "data-testid": "recover", onclick: () => this.props.onAction() },
            action,
          )
        : "",
    );
  }
}
