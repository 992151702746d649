// How Chromium is started: the program that CHROME names, whole and headless (the headless shell has no WebGPU).
export const executablePath = process.env.CHROME || "/usr/bin/chromium";

/** A quiet start on a closed network. */
export const QUIET = [
  "--headless=new",
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

/** WebGPU computed on the CPU, so that no graphics card is needed. */
export const SOFTWARE_GPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
