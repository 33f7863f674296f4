import assert from 'node:assert/strict';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeDigits } from '../chaos/digits.js';
import { mnistFolder, SAMPLES } from '../chaos/scenarios.js';
import { Rig } from '../rig.js';
import { smallDisk } from '../small-disk.js';

const GATED = fileURLToPath(new URL('../fixtures/trainers/gated.js', import.meta.url));
const DIGITS = fileURLToPath(new URL('../chaos/digits-trainer.js', import.meta.url));

const rig = new Rig();
const digits = join(rig.folder, 'digits');
before(() => writeDigits(mnistFolder, digits, SAMPLES));
after(() => rig.close());

/** Takes all that is free, to the last page, whoever else writes meanwhile. */
function fill(disk: string): string {
  const filler = join(disk, 'filler');
  const file = openSync(filler, 'w');
  for (let bytes = 2 ** 20; bytes >= 512;) {
    try {
      writeSync(file, Buffer.alloc(bytes));
    } catch {
      bytes /= 2;
    }
  }
  closeSync(file);
  return filler;
}

test(
  'a sweep whose disk is full waits, says so, and loses nothing when there is space again',
  { timeout: 60_000 },
  async (t) => {
    const disk = smallDisk(t);
    if (disk === undefined) return;
    mkdirSync(join(rig.folder, 'data'), { recursive: true });
    rig.write('data/.hold', '');
    const values = Array.from({ length: 20 }, (_, index) => index + 1);
    rig.write(
      'gated.yaml',
      `method: grid\ntrainer: ${GATED}\ndataset: ./data\nmetric: { name: score, goal: maximize }\nparameters:\n  x: { values: [${values.join(', ')}] }\n`,
    );
    const db = join(disk, 'results/sweeps.duckdb');
    const sweep = rig.start('run', 'gated.yaml', '--db', db);
    await sweep.until(/trial 1 epoch 1/);
    const filler = fill(disk);
    rmSync(join(rig.folder, 'data/.hold'));
    await sweep.until(/the sweep waits: .*sweeps\.duckdb cannot grow: the disk is full\. Free some space/);
    const acknowledged = [...sweep.stdout.matchAll(/trial \d+ epoch \d+/g)].length;
    rmSync(filler);
    await sweep.until(/the sweep goes on/);
    const { code, stdout, stderr } = await sweep.ended;
    assert.equal(code, 0, stdout + stderr);
    assert.ok(acknowledged < 3 * values.length, 'it waited in the middle');
    const rows = await rig.run(
      ...[
        'sql',
        "SELECT x, count(*)::INTEGER AS n, max(epoch)::INTEGER AS last FROM curves JOIN trials USING (trial) WHERE metric = 'score' GROUP BY x ORDER BY x",
      ],
      ...['--format', 'json', '--db', db],
    );
    assert.deepEqual(
      JSON.parse(rows.stdout),
      values.map((x) => ({ x, n: 3, last: 3 })),
    );
  },
);

test(
  'trials that cannot save because the disk is full wait for space and continue with the same bits',
  { timeout: 60_000 },
  async (t) => {
    const disk = smallDisk(t);
    if (disk === undefined) return;
    rig.write(
      'digits.yaml',
      `method: grid\ntrainer: ${DIGITS}\ndataset: ./digits\nslots: 2\nmetric: { name: val_loss }\nkeep: { top_trials: 99 }\nparameters:\n  learning_rate: { values: [0.03, 0.1, 0.3] }\n  momentum: { value: 0.9 }\n  l2: { values: [0, 0.001] }\n  epochs: { value: 12 }\n`,
    );
    const [alone, small] = [join(rig.folder, 'results/alone.duckdb'), join(disk, 'results/sweeps.duckdb')];
    assert.equal((await rig.run('run', 'digits.yaml', '--db', alone)).code, 0);
    const sweep = rig.start('run', 'digits.yaml', '--db', small);
    await sweep.until(/trial 1 epoch 3/);
    const filler = fill(disk);
    await sweep.until(/waits/);
    rmSync(filler);
    const { code, stdout, stderr } = await sweep.ended;
    assert.equal(code, 0, stdout + stderr);
    const read = (db: string) =>
      rig.run('sql', 'SELECT trial_key, epoch, metric, value FROM curves ORDER BY ALL', '--format', 'json', '--db', db);
    assert.deepEqual(JSON.parse((await read(small)).stdout), JSON.parse((await read(alone)).stdout));
  },
);

test(
  'a sweep whose results are deleted while it runs writes its database again, complete',
  { timeout: 60_000, skip: existsSync('/proc/self/fd') ? false : 'deleted files are found through /proc' },
  async () => {
    mkdirSync(join(rig.folder, 'data'), { recursive: true });
    rig.write('data/.hold', '');
    rig.write(
      'deleted.yaml',
      `method: grid\ntrainer: ${GATED}\ndataset: ./data\nmetric: { name: score, goal: maximize }\nparameters:\n  x: { values: [1, 2, 3, 4] }\n`,
    );
    const sweep = rig.start('run', 'deleted.yaml', '--db', 'deleted/sweeps.duckdb');
    await sweep.until(/trial 1 epoch 1/);
    rmSync(join(rig.folder, 'deleted'), { recursive: true });
    await sweep.until(/was deleted by another program; it has been written again/);
    const asked = await rig.run('top', '--db', 'deleted/sweeps.duckdb');
    assert.equal(asked.code, 0, asked.stderr);
    rmSync(join(rig.folder, 'data/.hold'));
    const { code, stdout, stderr } = await sweep.ended;
    assert.equal(code, 0, stdout + stderr);
    const query = "SELECT count(*)::int AS trials FROM leaderboard WHERE state = 'completed'";
    const rows = await rig.run('sql', query, '--format', 'json', '--db', 'deleted/sweeps.duckdb');
    assert.deepEqual(JSON.parse(rows.stdout), [{ trials: 4 }]);
  },
);
