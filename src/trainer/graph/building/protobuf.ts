/**
 * The parts of the protocol buffers wire format that a graph needs. Each function encodes one field.
 * https://protobuf.dev/programming-guides/encoding/
 */

export function intField(field: number, value: number | bigint): Uint8Array {
  return Buffer.concat([tag(field, 0), varint(value)]);
}

export function floatField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(field, 5), bytes]);
}

/** Strings, bytes, and packed repeated fields. */
export function bytesField(field: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return Buffer.concat([tag(field, 2), varint(bytes.length), bytes]);
}

export function messageField(field: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return bytesField(field, Buffer.concat(parts));
}

export function packedInts(values: readonly number[]): Uint8Array {
  return Buffer.concat(values.map(varint));
}

/** Encodes a varint. Negative numbers take ten bytes, as unsigned 64-bit integers in two's complement. */
function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function tag(field: number, wireType: number): Uint8Array {
  return varint(field * 8 + wireType);
}
