import type { Reader } from '../../core/results/reader.js';
import { limitMemory } from '../../platform/limit-memory.js';
import { connect } from '../../store/reading/connect.js';

/** DuckDB's own limit is 1 GB; the rest is for memory of its functions that it does not count. */
const MEMORY_BYTES = 3 * 2 ** 30;

/**
 * Opens a database for SQL that a user wrote, and closes it after `use`. Only for a process that ends afterwards: its memory
 * stays limited. `onExceeded` has to end it at once. Throws as `connect` and `use` do.
 */
export async function withUserReader<T>(
  db: string,
  use: (reader: Reader) => Promise<T>,
  onExceeded: () => void,
): Promise<T> {
  const [reader] = await Promise.all([connect(db, { origin: 'user' }), limitMemory(MEMORY_BYTES, onExceeded)]);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}
