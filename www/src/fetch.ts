// Files beside the page.

/** The text of a file; null where there is none, or the server answers with its page. */
export async function textAt(address: URL): Promise<string | null> {
  try {
    const response = await fetch(address);
    const isPage = response.headers.get("content-type")?.startsWith("text/html");
    return response.ok && !isPage ? await response.text() : null;
  } catch {
    return null;
  }
}
