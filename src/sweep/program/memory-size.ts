/** Pattern of an amount of memory in a sweep file: `16GB`, `800MB`, `7.5 GB`. Never zero. */
export const MEMORY_SIZE = '^[1-9][0-9]*(\\.[0-9]+)? ?[MGT]B$';

/** Describes an amount of memory in messages. */
export const MEMORY_SIZE_WORDS = 'an amount such as 16GB or 800MB';

const UNIT_BYTES = { M: 1e6, G: 1e9, T: 1e12 } as const;

/** Bytes of an amount that matches `MEMORY_SIZE`. */
export const memoryBytes = (written: string): number =>
  parseFloat(written) * UNIT_BYTES[written.at(-2) as keyof typeof UNIT_BYTES];
