// The contract of every view: made on a host with props, updated with some of them, destroyed. Values down, intents up.

export abstract class View<P extends object> {
  constructor(
    protected readonly host: HTMLElement,
    protected props: P,
  ) {}

  /** Takes the props that are new and draws if one of them differs. */
  update(partial: Partial<P>): void {
    const changed = new Set<keyof P>();
    for (const key of Object.keys(partial) as (keyof P)[]) {
      if (!Object.is(partial[key], this.props[key])) changed.add(key);
    }
    if (changed.size === 0) return;
    this.props = { ...this.props, ...partial };
    this.draw(changed);
  }

  destroy(): void {
    this.host.replaceChildren();
  }

  /** Brings the elements in line with the props; `changed` names those that differ from the last drawing. */
  protected abstract draw(changed: ReadonlySet<keyof P>): void;

  /** For constructors: the first drawing, with every prop new. */
  protected drawAll(): void {
    this.draw(new Set(Object.keys(this.props) as (keyof P)[]));
  }
}
