const HEADER_BYTES = 4;
const EMPTY = Buffer.alloc(0);

/** Ends an answer. */
export const END_OF_ANSWER = Buffer.alloc(HEADER_BYTES);

/** Puts the length before a part of an answer, so that the reader finds the end without looking into the text. */
export function frame(text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(content.length);
  return Buffer.concat([header, content]);
}

/** The content of frames, in pieces as they arrive. An empty piece stands for the end of an answer. */
export async function* readFrames(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  let header = EMPTY;
  let missing = 0;
  for await (let part of stream) {
    while (part.length > 0) {
      if (missing > 0) {
        const piece = part.subarray(0, missing);
        part = part.subarray(piece.length);
        missing -= piece.length;
        yield piece;
        continue;
      }
      const rest = HEADER_BYTES - header.length;
      header = Buffer.concat([header, part.subarray(0, rest)]);
      part = part.subarray(rest);
      if (header.length < HEADER_BYTES) continue;
      missing = header.readUInt32BE();
      header = EMPTY;
      if (missing === 0) yield EMPTY;
    }
  }
  return undefined;
}
