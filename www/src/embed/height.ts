// Tells the page around the frame how tall its content is, so that the frame can be made to fit.

export type ResizeMessage = { source: "expandnets"; v: 1; type: "resize"; height: number };

export function announceHeight(root: HTMLElement): void {
  if (window.parent === window) return;
  let last = -1;
  const observer = new ResizeObserver(() => {
    const height = Math.ceil(root.getBoundingClientRect().height);
    if (height === last) return;
    last = height;
    const message: ResizeMessage = { source: "expandnets", v: 1, type: "resize", height };
    // A height is no secret: any page may frame this one.
    window.parent.postMessage(message, "*");
  });
  observer.observe(root);
}
