import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { acquireFileLock } from '../../src/platform/file-lock.js';

// Takes the lock and holds it until it is killed, or five times for a moment, with a line in a journal as it enters and leaves.
const [file, journal] = process.argv.slice(2) as [string, string];

if (journal === 'hold') {
  await acquireFileLock(file, { now: Date.now });
  process.stdout.write('locked\n');
  await delay(60_000);
}
for (let round = 1; round <= 5; round++) {
  const lock = await acquireFileLock(file, { now: Date.now });
  appendFileSync(journal, `${process.pid} enters ${round}\n`);
  await delay(2);
  appendFileSync(journal, `${process.pid} leaves ${round}\n`);
  await lock.close();
}
