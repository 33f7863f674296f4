/**
 * Drops its permissions, then tries to write an existing database, to create one, and to read the first one. `process.argv`:
 * the existing and the new database.
 */
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { SweepwrightError } from '../../../src/core/errors.js';
import { connect } from '../../../src/store/reading/connect.js';
import { cellText } from '../../../src/core/results/query-result.js';
import { openStore } from '../../../src/store/store.js';
import { ask } from '../helpers.js';

const [existing, missing] = process.argv.slice(2);
chmodSync(existing!, 0o444);
chmodSync(dirname(existing!), 0o555);
chmodSync(dirname(dirname(existing!)), 0o755);
if (process.getuid?.() === 0) {
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}
for (const path of [existing!, missing!]) {
  const outcome = await openStore(path, { now: () => 0 }).then(
    () => 'opened',
    (error: unknown) => (error instanceof SweepwrightError ? error.code : String(error)),
  );
  process.stdout.write(`${outcome}\n`);
}
const reader = await connect(existing!);
const [row] = await ask(reader, 'select count(*)::integer as n from trials');
process.stdout.write(`read ${cellText(row!['n'])}\n`);
await reader.close();
