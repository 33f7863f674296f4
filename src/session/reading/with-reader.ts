import type { Reader } from '../../core/results/reader.js';
import { connect } from '../../store/reading/connect.js';

/** Opens a database for reading, also while a sweep runs on it, and closes it after `use`. Throws as `connect` and `use` do. */
export async function withReader<T>(db: string, use: (reader: Reader) => Promise<T>): Promise<T> {
  const reader = await connect(db);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}
