// Draws a test image on a canvas, with a mask or boxes over it.
import type { Frame, Pixels, Shape } from "./layout";
import { css } from "./palette";

export type Painting = {
  shape: Shape;
  scale: number;
  image: Pixels;
  /** Laid over the image as opaque as is said, 0 to 1. */
  mask: Pixels | null;
  opacity: number;
  frames: readonly Frame[];
  /** Broken lines, for the truth. */
  dashed: boolean;
};

const FONT = '10.5px system-ui, -apple-system, "Segoe UI", sans-serif';

let rule: CanvasRenderingContext2D | null = null;

/** The width of a text on a box, in screen pixels. */
export function measure(text: string): number {
  rule ??= document.createElement("canvas").getContext("2d");
  if (!rule) return 6 * text.length;
  rule.font = FONT;
  return rule.measureText(text).width;
}

export function paint(canvas: HTMLCanvasElement, painting: Painting): void {
  const { shape, scale, image, mask, opacity, frames, dashed } = painting;
  const [, height, width] = shape;
  const ratio = Math.max(1, devicePixelRatio);
  canvas.width = Math.round(width * scale * ratio);
  canvas.height = Math.round(height * scale * ratio);
  canvas.style.width = `${width * scale}px`;
  canvas.style.height = `${height * scale}px`;
  const context = canvas.getContext("2d");
  if (!context) return;
  // Every pixel of the image is a square.
  context.imageSmoothingEnabled = false;
  context.drawImage(bitmap(image, width, height), 0, 0, canvas.width, canvas.height);
  if (mask) {
    context.globalAlpha = opacity;
    context.drawImage(bitmap(mask, width, height), 0, 0, canvas.width, canvas.height);
    context.globalAlpha = 1;
  }
  context.scale(ratio, ratio);
  for (const frame of frames) drawBox(context, frame, dashed);
  for (const frame of frames) drawTag(context, frame);
}

function bitmap(pixels: Pixels, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}

/** On a dark line of its own, to be seen on every image. */
function drawBox(context: CanvasRenderingContext2D, { x, y, w, h, colour }: Frame, dashed: boolean): void {
  context.setLineDash([]);
  context.strokeStyle = "rgb(0 0 0 / 70%)";
  context.lineWidth = 4;
  context.strokeRect(x, y, w, h);
  context.setLineDash(dashed ? [5, 4] : []);
  context.strokeStyle = css(colour);
  context.lineWidth = 2;
  context.strokeRect(x, y, w, h);
}

function drawTag(context: CanvasRenderingContext2D, { colour, tag }: Frame): void {
  context.fillStyle = css(colour);
  context.fillRect(tag.x, tag.y, tag.w, tag.h);
  context.fillStyle = "#000";
  context.font = FONT;
  context.textBaseline = "middle";
  context.fillText(tag.text, tag.x + 3, tag.y + tag.h / 2 + 0.5, tag.w - 6);
}
