/**
 * Makes one file of DuckDB's client, next to the module that loads it: Node takes 45 ms longer for the package's 180 files, at
 * the start of every command that reads results.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

await build({
  entryPoints: [createRequire(import.meta.url).resolve('@duckdb/node-api')],
  outfile: join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'src', 'store', 'schema', 'duckdb-api.cjs'),
  bundle: true,
  platform: 'node',
  external: ['@duckdb/node-bindings'],
});
