// Which arms stand where in the matrix of rules and variants. Pure.
import type { Arm, Choice, Field } from "../../protocol";

export type Cell = { arm: Arm; rule: string; variant: string; help: string };

export type Grid = {
  rules: readonly Choice[];
  /** The columns but the plain one. */
  variants: readonly Choice[];
  /** The plain column. */
  plain: readonly { arm: Arm; choice: Choice }[];
  cells: readonly Cell[];
  /** Arms that no rule and variant name. */
  others: readonly Arm[];
};

export function gridOf({ rules, variants, arms }: Extract<Field, { kind: "arms" }>): Grid {
  const all = rules.flatMap((rule) =>
    variants.map((variant) => ({
      arm: (rule.value + variant.value) as Arm,
      rule: rule.value,
      variant: variant.value,
      help: variant.help,
      choice: rule,
    })),
  );
  const allowed = all.filter(({ arm }) => arms.includes(arm));
  return {
    rules: rules.filter(({ value }) => allowed.some(({ rule, variant }) => rule === value && variant !== "")),
    variants: variants.filter(({ value }) => value !== ""),
    plain: allowed.filter(({ variant }) => variant === "").map(({ arm, choice }) => ({ arm, choice })),
    cells: allowed.filter(({ variant }) => variant !== "").map(({ choice: _, ...cell }) => cell),
    others: (arms as Arm[]).filter((arm) => !allowed.some((one) => one.arm === arm)),
  };
}
