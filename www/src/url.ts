// The experiment in the address: what stands after the `#`. Pure, but for the two functions at the end.
import type { Fault } from "./protocol";

/** The query without the pairs that the faults name; what remains may be read again. */
export function withoutFaulty(query: string, faults: readonly Fault[]): string {
  const names = new Set(faults.map((fault) => fault.field));
  return query
    .replace(/^[#?]+/, "")
    .split("&")
    .filter((pair) => pair !== "" && !names.has(pair.split("=", 1)[0] ?? ""))
    .join("&");
}

/** Reads as much of a query as can be read: `read` throws faults; wrong keys are dropped until it does not. */
export function readMost<T>(query: string, read: (query: string) => T, faultsOf: (error: unknown) => Fault[]): Reading<T> {
  const faults: Fault[] = [];
  const note = (more: readonly Fault[]) => {
    for (const fault of more) if (!faults.some(({ message }) => message === fault.message)) faults.push(fault);
  };
  for (let rest = query.replace(/^[#?]+/, ""); ; ) {
    try {
      return { value: read(rest), faults };
    } catch (error) {
      const found = faultsOf(error);
      if (rest === "") throw error;
      note(found);
      const fewer = withoutFaulty(rest, found);
      rest = fewer === rest ? withoutConflict(rest, read) : fewer;
    }
  }
}

export type Reading<T> = { value: T; faults: Fault[] };

/** Where the faulty field is none of the link's, some key of the link conflicts with its default: drops that one. */
function withoutConflict(query: string, read: (query: string) => unknown): string {
  const pairs = query.split("&");
  const without = pairs.map((_, drop) => pairs.filter((_, index) => index !== drop).join("&"));
  const readable = without.find((rest) => {
    try {
      read(rest);
      return true;
    } catch {
      return false;
    }
  });
  return readable ?? pairs.slice(0, -1).join("&");
}

/** The address of `page` (a path or a full address) showing the experiment of `query`. */
export function addressOf(page: string, query: string): string {
  const bare = page.replace(/#.*$/, "");
  return query === "" ? bare : `${bare}#${query}`;
}

/** What stands after the `#` now. */
export function currentQuery(): string {
  return location.hash.replace(/^#/, "");
}

/** Puts the experiment into the address without a step in the history. */
export function writeQuery(query: string): void {
  if (query !== currentQuery()) history.replaceState(null, "", addressOf(location.pathname + location.search, query));
}
