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
