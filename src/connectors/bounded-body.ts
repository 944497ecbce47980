/** More than any record is; beyond it an answer is not read. */
const MAX_BODY_BYTES = 1_048_576;

export interface BoundedBody {
  /** False: that is too much; the rest is not wanted. */
  add(chunk: Uint8Array): boolean;
  bytes(): Buffer;
}

export function createBoundedBody(): BoundedBody {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    add(chunk) {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) return false;
      chunks.push(chunk);
      return true;
    },
    bytes: () => Buffer.concat(chunks),
  };
}
