// The experiment as a form, made from the trainer's own list of fields. Shows refusals beside what they refuse.
import { distilled } from "../../arms";
import { el } from "../../dom";
import type { Edits } from "../../proposals";
import type { Description, Experiment, Fault, Field } from "../../protocol";
import type { TeacherFile } from "../../state";
import { View } from "../view";
import { Control } from "./control";
import { makeInput } from "./inputs";
import { type OnTeacher, TeacherControl } from "./teacher";

export type FormProps = {
  fields: readonly Field[];
  description: Description | null;
  /** What was typed and not accepted yet. */
  edits: Readonly<Edits>;
  faults: readonly Fault[];
  /** The race runs with other settings than the form shows. */
  stale: boolean;
  /** The file used as teacher, if there is one. */
  teacher: TeacherFile | null;
  onTeacher: OnTeacher;
  onEdit: (edits: Edits) => void;
  onRestart: () => void;
};

/** Known to the trainer and of no use in a form. */
const UNSHOWN = new Set(["version"]);

export class Form extends View<FormProps> {
  private controls: Control[] = [];
  private readonly teacher = new TeacherControl((teacher) => this.props.onTeacher(teacher));
  private readonly basics = el("div", { class: "controls" });
  private readonly more = el("details", { class: "more" }, el("summary", { "data-testid": "more" }, "More settings"));
  private readonly orphans = el("ul", { class: "orphans", role: "alert", hidden: true });
  private readonly stale = el(
    "div",
    { class: "stale", role: "status", "data-testid": "stale", hidden: true },
    el("span", {}, "The race goes on with its own settings. Yours apply after a reset."),
    el(
      "button",
      { type: "button", class: "button", "data-testid": "restart", onclick: () => this.props.onRestart() },
      "Restart with these settings",
    ),
  );

  constructor(host: HTMLElement, props: FormProps) {
    super(host, props);
    const form = el(
      "form",
      { class: "form", novalidate: true, onsubmit: (event) => event.preventDefault() },
      this.orphans,
      this.stale,
      this.basics,
      this.more,
    );
    host.replaceChildren(form);
    this.drawAll();
  }

  protected draw(changed: ReadonlySet<keyof FormProps>): void {
    if (changed.has("fields")) this.build();
    const { description, edits, faults, stale, teacher } = this.props;
    this.stale.hidden = !stale;
    if (!description) return;
    this.teacher.draw(teacher, description.experiment.arms.some(distilled));
    for (const control of this.controls) {
      const name = control.field.name as keyof Experiment;
      control.set(name in edits ? edits[name] : description.experiment[name]);
      control.describe(description);
      control.refuse(faults.filter(({ field }) => field === name));
    }
    const shown = new Set<string | null>(this.controls.map(({ field }) => field.name));
    const others = faults.filter(({ field }) => !shown.has(field));
    this.orphans.replaceChildren(
      ...others.map((fault) => el("li", { class: "fault", "data-fault-field": fault.field ?? "" }, fault.message)),
    );
    this.orphans.hidden = others.length === 0;
    // A refusal must not hide behind a closed fold.
    if (this.controls.some(({ field }) => field.advanced && faults.some((fault) => fault.field === field.name)))
      this.more.open = true;
  }

  private build(): void {
    const fields = this.props.fields.filter(({ name }) => !UNSHOWN.has(name));
    this.controls = fields.map(
      (field) =>
        new Control(
          field,
          makeInput(field, (value) => this.props.onEdit({ [field.name]: value })),
          "field",
        ),
    );
    this.controls.find(({ field }) => field.name === "teacher")?.add(this.teacher.element);
    const part = (advanced: boolean) =>
      this.controls.filter(({ field }) => field.advanced === advanced).map(({ element }) => element);
    if (fields.length === 0) return;
    this.basics.replaceChildren(...part(false));
    this.more.replaceChildren(...[...this.more.children].slice(0, 1), el("div", { class: "controls" }, ...part(true)));
  }
}
