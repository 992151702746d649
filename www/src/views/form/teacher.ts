// A teacher's weights from a file of the reader's, in place of one that is trained first. Says which file is used.
import { el, setText } from "../../dom";
import { bytes } from "../../format";
import type { TeacherFile } from "../../state";

export type OnTeacher = (teacher: TeacherFile | null) => void;

export class TeacherControl {
  private readonly input = el("input", {
    type: "file",
    accept: ".safetensors",
    class: "sr-only",
    "aria-label": "Teacher's weights, a safetensors file of this page",
    "data-testid": "teacher-file",
  });
  private readonly choose = el("label", { class: "button small-button file-button" }, this.input, "Use a file…");
  private readonly clear: HTMLButtonElement;
  private readonly text = el("span", { class: "control-help", role: "status", "data-testid": "teacher-used" });
  readonly element: HTMLElement;

  constructor(private readonly onTeacher: OnTeacher) {
    this.clear = el(
      "button",
      { type: "button", class: "button small-button", "data-testid": "teacher-clear", onclick: () => onTeacher(null) },
      "Clear",
    );
    this.input.addEventListener("change", () => void this.read());
    this.element = el("span", { class: "teacher-file" }, this.choose, this.clear, this.text);
  }

  /** `wanted`: whether an arm learns from a teacher. */
  draw(teacher: TeacherFile | null, wanted: boolean): void {
    this.clear.hidden = teacher === null;
    setText(this.text, words(teacher, wanted));
  }

  private async read(): Promise<void> {
    const [file] = this.input.files ?? [];
    // The same file may be chosen again after it was changed.
    if (file) this.onTeacher({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    this.input.value = "";
  }
}

function words(teacher: TeacherFile | null, wanted: boolean): string {
  if (!teacher) return "or weights of one trained before, as downloaded here";
  const name = `${teacher.name}, ${bytes(teacher.bytes.length)}`;
  return wanted ? `${name}: used from the next race on; no teacher is trained` : `${name}: not used, no +KD arm is ticked`;
}
