// Whether all contenders train the same network: from the same numbers and images, their first losses must agree.

/** Largest difference allowed: 32-bit floats, added up in other orders, over three steps. */
export const TOLERANCE = 1e-3;

/** Whose losses are the reference: the first of these that ran. */
const REFERENCES = ["pytorch", "native", "ours"];

/** The series whose losses differ from the reference of their arm and batch. */
export function mismatches(series) {
  const ran = series.filter(({ losses }) => losses);
  return ran.flatMap((one) => {
    const alike = ran.filter(({ arm, batch }) => arm === one.arm && batch === one.batch);
    const reference = REFERENCES.map((name) => alike.find(({ library }) => library === name)).find(Boolean);
    if (!reference) return [];
    const difference = Math.max(...one.losses.map((loss, step) => Math.abs(loss - reference.losses[step])));
    // Written so that a loss that is not a number is a difference too.
    return difference <= TOLERANCE ? [] : [{ id: one.id, reference: reference.id, difference }];
  });
}
