// Takes from our own side what all contenders start from: the initial weights of every arm and the first images.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "./browser.mjs";

/** Runs in a tab: an arm's untrained weights as a safetensors file, in base64. */
async function exportArm({ arm, recipe }) {
  const ours = await import("/bench/ours.js");
  const { wasm } = await ours.load();
  const fields = ours.experiment({ arm, batch: 1, execution: "contracted", backend: "cpu" }, recipe);
  const adapter = { usable: false, name: "", software: false, reason: "not used", largest_buffer: 0 };
  const session = await ours.openSession(wasm, { ...fields, train_images: 1 }, adapter);
  const { bytes } = await session.export(arm, "expanded");
  session.free();
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Runs in a tab: the first images of the set as bytes [N, 3, 32, 32], and their labels. */
async function decodeImages(count) {
  const read = async (name) => (await fetch(`/dist/data/${name}`)).blob();
  const options = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
  const sprite = await createImageBitmap(await read("cifar-10-train.webp"), options);
  const canvas = new OffscreenCanvas(sprite.width, sprite.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(sprite, 0, 0);
  const pixels = [];
  for (let image = 0; image < count; image++) {
    const across = sprite.width / 32;
    const { data } = context.getImageData((image % across) * 32, Math.floor(image / across) * 32, 32, 32);
    for (let channel = 0; channel < 3; channel++) {
      for (let at = channel; at < data.length; at += 4) pixels.push(data[at]);
    }
  }
  const labels = new Uint8Array(await (await read("cifar-10-train.labels")).arrayBuffer());
  return { pixels, labels: [...labels.subarray(0, count)] };
}

/** Writes `<arm>.safetensors`, `images.f32` and `labels.u8` into a folder. */
export async function writeStart({ browser, address, folder, arms, recipe, count }) {
  mkdirSync(folder, { recursive: true });
  const page = await open(browser, address);
  let normalization;
  for (const arm of arms) {
    const file = Buffer.from(await page.evaluate(exportArm, { arm, recipe }), "base64");
    writeFileSync(join(folder, `${arm}.safetensors`), file);
    const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE())).toString());
    normalization = JSON.parse(header.__metadata__.normalization);
  }
  const { pixels, labels } = await page.evaluate(decodeImages, count);
  const { mean, std } = normalization;
  const plane = 32 * 32;
  const images = Float32Array.from(pixels, (pixel, at) => {
    const channel = Math.floor(at / plane) % 3;
    return (pixel / 255 - mean[channel]) / std[channel];
  });
  writeFileSync(join(folder, "images.f32"), images);
  writeFileSync(join(folder, "labels.u8"), Uint8Array.from(labels));
  await page.context().close();
}
