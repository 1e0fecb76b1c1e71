/** Bytes that are handed on at once: many small writes would cost more than what is in them. */
export const pieceSize = 256 * 1024;

const encoder = new TextEncoder();

/**
 * Texts one after the other in UTF-8, in pieces of which each has a buffer of its own. Each text is encoded
 * as it comes: kept until a piece is full, they would outlive young garbage.
 *
 * @param room gives the bytes to write a piece into, `pieceSize` of them
 */
export async function* inPieces(
  texts: AsyncIterable<string>,
  room: () => Uint8Array<ArrayBuffer> = () => new Uint8Array(pieceSize),
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let piece = room();
  let filled = 0;
  for await (const text of texts) {
    for (let rest = text; rest !== '';) {
      const { read, written } = encoder.encodeInto(rest, piece.subarray(filled));
      filled += written;
      rest = rest.slice(read);
      if (rest === '') break;
      yield piece.subarray(0, filled);
      piece = room();
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
