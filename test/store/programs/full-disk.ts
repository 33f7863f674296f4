/** Fills a small file system of its own with events, then makes room. `process.argv`: a folder to mount it on. Exits 77 if it cannot. */
import { spawnSync } from 'node:child_process';
import { SweepwrightError } from '../../../src/core/errors.js';
import { cellText } from '../../../src/store/query-result.js';
import { openStore } from '../../../src/store/store.js';
import { ask, declare, NEW_YEAR, record, trialOf } from '../helpers.js';

const [folder] = process.argv.slice(2);
const mount = (options: string): number | null =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder!], { stdio: 'ignore' }).status;
if (mount('size=2m') !== 0) process.exit(77);
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const path = `${folder}/sweeps.duckdb`;
const store = await openStore(path, { now: () => NEW_YEAR });
const handle = await store.openSweep(declare());
const recorder = handle.recorder();
const recorded: number[] = [];
const filler = 'x'.repeat(20_000);
try {
  for (;;) {
    const id = handle.nextTrialId();
    await record(recorder, trialOf(id, { filler: `${id}${filler}` }), [0.5]);
    recorded.push(id);
  }
} catch (error) {
  print(error instanceof SweepwrightError ? error.code : String(error));
}
const COUNT = 'select count(*)::integer as n from leaderboard where rank is not null';
const isThere = async (): Promise<boolean> => (await ask(store.reader, COUNT))[0]!['n'] === recorded.length;
if (await isThere()) print('still there');
if (mount('remount,size=8m') !== 0) process.exit(1);
for (let round = 0; round < 20; round++) {
  const id = handle.nextTrialId();
  await record(recorder, trialOf(id, { filler: `${id}${filler}` }), [0.5]);
  recorded.push(id);
}
if (await isThere()) print('went on');
await recorder.close();
await store.close();
const again = await openStore(path, { now: () => NEW_YEAR });
const [row] = await ask(again.reader, COUNT);
print(row!['n'] === recorded.length ? 'all there' : `${cellText(row!['n'])} of ${recorded.length} there`);
await again.close();
