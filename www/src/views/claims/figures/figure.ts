// What every claim's figures have in common: an element of their own, drawn from the view's props.
import type { ClaimsProps } from "../data";

export interface Figure {
  readonly element: HTMLElement;
  draw(props: ClaimsProps): void;
}
