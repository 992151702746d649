// The table of test images: a row an image, with the truth and what every arm says. Kept, and painted anew when asked.
import { slug } from "../../arms";
import { el } from "../../dom";
import type { Answer, Arm, PredictedImage, Predictions } from "../../protocol";
import { named } from "../sample";
import { measure, paint } from "./draw";
import { classAt, frames, imagePixels, maskPixels, type Pixels, scaleOf } from "./layout";
import { answerText, className, isRight, sure, UNSAID } from "./words";

/** What the reader can set. */
export type Looking = {
  /** How opaque masks are, 0 to 1. */
  opacity: number;
  /** Objects below this score are left out. */
  least: number;
};

type Said = { who: string; arm: Arm | null; answer: Answer };

/** A painted answer: how to bring its canvas in line with what the reader set. */
type Painter = (looking: Looking) => void;

export class Rows {
  readonly element = el("table", { class: "gallery-table", "data-testid": "gallery" });
  private painters: Painter[] = [];

  /** `onPoint`: what is said of the pixel under the pointer, in words; empty for nothing. */
  constructor(private readonly onPoint: (text: string) => void) {
    this.element.addEventListener("pointerleave", () => this.onPoint(""));
  }

  build(predictions: Predictions, classes: readonly string[], looking: Looking): void {
    const [first] = predictions.images;
    const arms = first?.arms.map(({ arm }) => arm) ?? [];
    const head = (content: Node | string, arm?: Arm) =>
      el("th", { scope: "col", class: arm ? `arm-${slug(arm)}` : null }, content);
    this.painters = [];
    const rows = predictions.images.map((image) => this.row(image, predictions, classes));
    this.element.replaceChildren(
      el("caption", { class: "sr-only" }, "Test images, the truth, and what every arm says"),
      el("thead", {}, el("tr", {}, head("image"), head("truth"), ...arms.map((arm) => head(named(arm), arm)))),
      el("tbody", {}, ...rows),
    );
    this.paint(looking);
  }

  paint(looking: Looking): void {
    for (const painter of this.painters) painter(looking);
  }

  private row(image: PredictedImage, { shape }: Predictions, classes: readonly string[]): HTMLElement {
    const pixels = imagePixels(image.pixels, shape);
    // Nothing is drawn on an image that has one class.
    const scale = scaleOf(shape, image.truth.kind === "class" ? 72 : undefined);
    const name = `test image ${image.index + 1}`;
    const plain = el("canvas", { class: "gallery-picture", role: "img", "aria-label": name });
    this.painters.push(() => paint(plain, { shape, scale, image: pixels, mask: null, opacity: 0, frames: [], dashed: false }));
    const said: Said[] = [
      { who: "truth", arm: null, answer: image.truth },
      ...image.arms.map(({ arm, answer }) => ({ who: arm, arm, answer })),
    ];
    const cells = said.map((one) =>
      el(
        "td",
        { class: one.arm ? `arm-${slug(one.arm)}` : null, "data-arm-name": one.who },
        one.answer.kind === "class" ? verdict(one, image.truth, classes) : this.picture(one, name, pixels, scale, shape, classes),
      ),
    );
    const row = el(
      "tr",
      { "data-image": image.index },
      el("th", { scope: "row" }, plain, el("span", { "aria-hidden": "true" }, `${image.index + 1}`)),
      ...cells,
    );
    if (image.truth.kind === "mask")
      row.addEventListener("pointermove", (event) => this.point(event, said, name, shape, scale, classes));
    return row;
  }

  private picture(
    { who, arm, answer }: Said,
    name: string,
    image: Pixels,
    scale: number,
    shape: Predictions["shape"],
    classes: readonly string[],
  ): HTMLElement {
    const canvas = el("canvas", { class: "gallery-picture", role: "img" });
    const mask = answer.kind === "mask" ? maskPixels(answer.classes, shape, classes) : null;
    this.painters.push(({ opacity, least }) => {
      const objects = answer.kind === "objects" ? sure(answer.objects, least) : [];
      const drawn = frames(objects, shape, scale, classes, measure);
      paint(canvas, { shape, scale, image, mask, opacity, frames: drawn, dashed: arm === null });
      canvas.setAttribute("aria-label", `${who}, ${name}: ${answerText(answer, classes, least)}`);
    });
    return canvas;
  }

  private point(
    event: PointerEvent,
    said: readonly Said[],
    name: string,
    shape: Predictions["shape"],
    scale: number,
    classes: readonly string[],
  ): void {
    const { target, offsetX, offsetY } = event;
    const parts = said.flatMap(({ who, answer }) => {
      const index =
        answer.kind === "mask" && target instanceof HTMLCanvasElement
          ? classAt(answer.classes, shape, offsetX, offsetY, scale)
          : null;
      return index === null ? [] : [`${who} ${index === UNSAID ? "not said" : className(index, classes)}`];
    });
    this.onPoint(parts.length > 0 ? `Under the pointer, ${name}: ${parts.join(", ")}` : "");
  }
}

/** A class in words; an arm's with a sign for right or wrong. */
function verdict({ arm, answer }: Said, truth: Answer, classes: readonly string[]): HTMLElement {
  const text = answerText(answer, classes, 0);
  if (arm === null) return el("span", {}, text);
  const right = isRight(truth, answer) ?? false;
  return el(
    "span",
    { class: right ? "gallery-right" : "gallery-wrong" },
    el("span", { "aria-hidden": "true" }, right ? "✓ " : "✗ "),
    text,
    el("span", { class: "sr-only" }, right ? ", right" : ", wrong"),
  );
}
