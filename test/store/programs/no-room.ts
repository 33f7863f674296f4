/**
 * Records trials until its files reach a size limit, which acts like a full disk; then lifts the limit and goes on.
 * `process.argv`: the database, the limit in bytes. Exits 77 where no limit can be set.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { SweepwrightError } from '../../../src/core/errors.js';
import { cellText } from '../../../src/core/results/query-result.js';
import { openStore } from '../../../src/store/store.js';
import { ask, declare, NEW_YEAR, record, trialOf } from '../helpers.js';

const [database, limit] = process.argv.slice(2);
const setLimit = (bytes: string): boolean =>
  spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`], { stdio: 'ignore' }).status === 0;
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

let store = await openStore(database!, { now: () => NEW_YEAR });
const handle = await store.openSweep(declare());
const recorder = handle.recorder();
let recorded = 0;
async function recordOne(): Promise<void> {
  const id = handle.nextTrialId();
  // Random, so that it cannot be compressed.
  await record(recorder, trialOf(id, { filler: randomBytes(75_000).toString('base64') }), [0.5]);
  recorded++;
}
async function count(): Promise<void> {
  const [row] = await ask(store.reader, 'select count(*)::integer as n from leaderboard where rank is not null');
  print(`${cellText(row!['n'])} of ${recorded} are there`);
}

if (!setLimit(limit!)) process.exit(77);
try {
  for (;;) await recordOne();
} catch (error) {
  print(error instanceof SweepwrightError ? error.code : String(error));
}
print(`file ${sizeOf(database!)} log ${sizeOf(`${database!}.wal`)}`);
await count();
setLimit('unlimited');
for (let more = 0; more < 5; more++) await recordOne();
await count();
await recorder.close();
await store.close();
store = await openStore(database!, { now: () => NEW_YEAR });
await count();
await store.close();
