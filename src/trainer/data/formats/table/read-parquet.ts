import { open, type FileHandle } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { parquetMetadataAsync, parquetReadObjects, parquetSchema, type AsyncBuffer, type Compressors } from 'hyparquet';
import { InputError } from '../../../../core/errors.js';
import { systemReason } from '../../../../platform/errno.js';
import { invalidTable, type Cell, type Table } from './table.js';

/**
 * Opens a Parquet file, uncompressed or compressed with Snappy, gzip or Brotli. Columns are read on demand. Throws as
 * `openTable`.
 */
export async function readParquet(path: string): Promise<Table> {
  const metadata = await withFile(path, (file) => parquetMetadataAsync(file));
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  return {
    path,
    columns,
    rowCount: Number(metadata.num_rows),
    column: async (name) => {
      const rows = await withFile(path, (file) =>
        parquetReadObjects({ file, metadata, columns: [name], compressors: COMPRESSORS }),
      );
      return rows.map((row, index) => toCell(row[name], () => `${path}, row ${index + 1}, column "${name}"`));
    },
    placeOf: (row) => `row ${row + 1}`,
  };
}

const COMPRESSORS: Compressors = {
  GZIP: (packed) => gunzipSync(packed),
  BROTLI: (packed) => brotliDecompressSync(packed),
};

async function withFile<T>(path: string, use: (file: AsyncBuffer) => T | Promise<T>): Promise<T> {
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch (error) {
    throw new InputError('DATASET_UNREADABLE', `${path} cannot be read: ${systemReason(error)}`, {
      hint: 'Check the permissions of the file.',
    });
  }
  try {
    return await use(await bufferOf(handle));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidTable(path, `is not a readable Parquet file: ${reason}`, PARQUET_HINT);
  } finally {
    await handle.close();
  }
}

const PARQUET_HINT = 'The file may be truncated. Write it again, uncompressed or with Snappy, gzip or Brotli.';

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const bytes = new Uint8Array(Math.max(0, end - start));
      await handle.read(bytes, 0, bytes.length, start);
      return bytes.buffer;
    },
  };
}

function toCell(value: unknown, placeOf: () => string): Cell {
  if (Array.isArray(value)) return value.map((item) => toText(item, placeOf));
  return toText(value, placeOf);
}

function toText(value: unknown, placeOf: () => string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  throw invalidTable(placeOf(), 'is neither text nor a number', 'Image columns need paths, label columns need text.');
}
