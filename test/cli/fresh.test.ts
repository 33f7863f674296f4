import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Rig } from '../rig.js';

const TRAINER = `
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
export const version = '1';
export async function train({ params, checkpointDir, report }) {
  for (let epoch = 1; epoch <= 2; epoch++) {
    if (epoch === 2 && existsSync(join(import.meta.dirname, 'broken'))) throw new Error('broken on purpose');
    const file = 'epoch-' + epoch + '.bin';
    writeFileSync(join(checkpointDir, file), 'weights');
    const checkpoint = { file, bytes: 7, sha256: createHash('sha256').update('weights').digest('hex') };
    await report({ epoch, metrics: { score: params.x + epoch }, checkpoint });
  }
}
`;
const SWEEP = `
name: marks
method: grid
trainer: ./trainer.mjs
metric: { name: score, goal: maximize }
keep: { top_trials: 3 }
parameters:
  x: { values: [1, 2, 3] }
`;
const CHECKPOINTS = 'results/checkpoints/sweeps.duckdb';

const rig = new Rig();
const run = async (...args: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await rig.run('run', 'marks.yaml', ...args);
  return stdout + stderr;
};
const board = (): Promise<Record<string, unknown>[]> =>
  rig.rows('SELECT rank, trial, state, objective FROM leaderboard ORDER BY objective DESC NULLS LAST, trial');
const doctor = async (): Promise<void> => {
  const { code, stdout, stderr } = await rig.run('doctor', '--db', 'results/sweeps.duckdb');
  assert.equal(code, 0, stdout + stderr);
};

before(async () => {
  rig.write('trainer.mjs', TRAINER);
  rig.write('marks.yaml', SWEEP);
  await run();
});
after(() => rig.close());

describe('finished trials that --fresh trains again', () => {
  it('keep their results on the leaderboard while the new attempts fail', async () => {
    const curves = await rig.rows('SELECT epoch, metric, value FROM curves ORDER BY ALL');
    assert.equal(curves.length, 6);
    rig.write('broken', '');
    assert.match(await run('--fresh'), /3 earlier results stay on the leaderboard, as superseded/);
    assert.deepEqual(
      (await board()).filter(({ state }) => state === 'superseded').map(({ rank, objective }) => [rank, objective]),
      [
        [1, 5],
        [2, 4],
        [3, 3],
      ],
    );
    const kept =
      "SELECT epoch, metric, value FROM curves JOIN trials USING (trial) WHERE state = 'superseded' ORDER BY ALL";
    assert.deepEqual(await rig.rows(kept), curves);
    assert.match((await rig.run('top', 'marks')).stdout, /1 \(superseded\)/);
    const files = await rig.rows(
      "SELECT trial_key, file FROM checkpoints WHERE removed_at IS NULL AND trial_key LIKE '%~%'",
    );
    assert.ok(files.length >= 3);
    for (const { trial_key: key, file } of files) {
      assert.ok(existsSync(join(rig.folder, CHECKPOINTS, String(key), String(file))), `${String(key)}/${String(file)}`);
    }
    await doctor();
  });

  it('leave the leaderboard when the new attempts have results, and keep their curves', async () => {
    rmSync(join(rig.folder, 'broken'));
    await run('--retry-failed');
    assert.deepEqual(
      (await board()).map(({ rank, trial, state }) => [rank, trial, state]),
      [
        [1, 3, 'completed'],
        [2, 2, 'completed'],
        [3, 1, 'completed'],
      ],
    );
    assert.equal((await rig.rows("SELECT * FROM curves WHERE trial_key LIKE '%~%'")).length, 6);
    assert.deepEqual(
      readdirSync(join(rig.folder, CHECKPOINTS)).filter((name) => name.includes('~')),
      [],
      'no row needs their checkpoints any more',
    );
    assert.match(await run(), /3 of 3 trials are done/);
    await doctor();
  });
});
