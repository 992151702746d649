// Making elements in one line. No templating: a view builds its elements once and then sets what changed.

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

function fill<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element; an attribute whose value is a function is a listener (`onclick`). */
export function el<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[T] {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg<T extends keyof SVGElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[T] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Sets the text if it changed, so that screen readers and layout are left alone otherwise. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A bare icon, drawn on a 16×16 grid in the colour of the text. */
export function icon(path: string, stroked = false): SVGSVGElement {
  return svg(
    "svg",
    {
      class: stroked ? "icon icon-stroked" : "icon",
      viewBox: "0 0 16 16",
      width: 16,
      height: 16,
      "aria-hidden": "true",
      focusable: "false",
    },
    svg("path", { d: path }),
  );
}

/** The part of the page a view lives in. */
export function host(name: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-view="${name}"]`);
  if (!found) throw new Error(`the page has no place for the view "${name}"`);
  return found;
}

/** Brings the first refused control into view, with its message. */
export function focusRefused(): void {
  document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
