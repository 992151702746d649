// The bytes of a response, counted as they come.

/** The size that a server tells of what is received; null if it tells none or that of a packed body. */
export function sizeOf({ headers }: Response): number | null {
  const length = Number(headers.get("content-length"));
  return length > 0 && !headers.get("content-encoding") ? length : null;
}

/** Calls `take` with every piece and with how many bytes there are by then. */
export async function each(body: ReadableStream<Uint8Array>, take: (part: Uint8Array, loaded: number) => void): Promise<number> {
  let loaded = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return loaded;
    loaded += value.length;
    take(value, loaded);
  }
}
