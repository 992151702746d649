// What the images are: how many, of what, from where, under which licence, and what to know before using them.
import { el } from "../../dom";
import { bytes, count, shape } from "../../format";
import type { DatasetDescription, Task } from "../../protocol";
import { View } from "../view";

export type DatasetProps = { dataset: DatasetDescription | null; memory: number | null };

/** Where that is not a class for every image, it is said. */
const ANSWERS: Record<Task, string | null> = {
  classify: null,
  segment: "a class for every pixel",
  detect: "a box and a class for every object",
};

export class DatasetCard extends View<DatasetProps> {
  constructor(host: HTMLElement, props: DatasetProps) {
    super(host, props);
    this.drawAll();
  }

  protected draw(): void {
    const { dataset, memory } = this.props;
    if (!dataset) return;
    const row = (term: string, ...text: string[]) => [el("dt", {}, term), el("dd", {}, ...text)];
    this.host.replaceChildren(
      el("h2", {}, `About ${dataset.label}`),
      el(
        "dl",
        { class: "facts", "data-testid": "dataset" },
        ...row(
          "images",
          `${count(dataset.train_images)} + ${count(dataset.test_images)}, ${shape(dataset.shape)}, ${bytes(dataset.bytes)}`,
        ),
        ...(ANSWERS[dataset.task] ? row("to learn", `${ANSWERS[dataset.task]}; judged by ${dataset.quality}`) : []),
        ...row("licence", dataset.licence),
        ...row("source", dataset.source),
        ...(memory === null ? [] : row("memory", `about ${bytes(memory)} to train`)),
      ),
      el("details", { class: "classes" }, el("summary", {}, `${dataset.classes.length} classes`), dataset.classes.join(", ")),
      dataset.notice ? noticeOf(dataset.notice) : "",
    );
  }
}

/** The first sentence in full view, the others behind it. */
function noticeOf(text: string): HTMLElement {
  const [, first = text, rest = ""] = /^(.*?\.)\s+(\S.*)$/s.exec(text) ?? [];
  return rest === ""
    ? el("p", { class: "notice-text" }, text)
    : el("details", { class: "notice-text", "data-testid": "dataset-notice" }, el("summary", {}, first), rest);
}
