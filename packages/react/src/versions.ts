/** The `ETag` that a document was read with, for as long as someone holds the document. */
const versions = new WeakMap<object, string>();

/** Reads a document and remembers its version. What is read must not be shared structurally: that would make it another object. */
export async function readVersioned<Document extends object>(
  read: (onVersion: (etag: string) => void) => Promise<Document>,
): Promise<Document> {
  let version: string | undefined;
  const document = await read((etag) => {
    version = etag;
  });
  if (version !== undefined) versions.set(document, version);
  return document;
}

/** What to send as `ifMatch` with a change that is based on this document; undefined where the server told none. */
export function versionOf(document: object | undefined): string | undefined {
  return document && versions.get(document);
}
