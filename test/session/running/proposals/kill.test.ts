import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rig } from '../../../rig.js';

const TRAINER = `
export async function train({ params, report }) {
  const score = 1 - Math.abs(Math.log10(params.lr) + 3) / 4 - Math.abs(params.depth - 2) / 10;
  for (let epoch = 1; epoch <= 3; epoch++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if ((await report({ epoch, metrics: { score: score * (1 - 0.5 ** epoch) } })) === 'stop') return;
  }
}`;

const file = (method: string): string => `
name: ${method}
method: ${method}
run_cap: 14
trainer: ./trainer.mjs
metric: { name: score, goal: maximize }
early_terminate: { type: hyperband, min_iter: 1, eta: 2 }
parameters:
  lr: { distribution: log_uniform_values, min: 1e-5, max: 1e-1 }
  depth: { values: [1, 2, 3] }
`;

/** What a sweep leaves, without times and without attempts, which a kill adds to. */
const RESULTS = `
  select t.trial, t.trial_key, t.position, t.proposed_as, t.state, t.objective, t.best_epoch, t.params,
    list((c.epoch, c.value) order by c.epoch) as curve
  from trials t join curves c on c.trial = t.trial and c.metric = 'score' group by all order by t.trial`;

for (const method of ['bayes', 'evolution']) {
  test(`${method} with early stopping: a sweep that is killed again and again ends as one that is not`, async (t) => {
    const [whole, killed] = [new Rig(), new Rig()];
    t.after(() => Promise.all([whole.close(), killed.close()]));
    for (const rig of [whole, killed]) {
      rig.write('trainer.mjs', TRAINER);
      rig.write('sweep.yaml', file(method));
    }
    assert.equal((await whole.run('run', 'sweep.yaml')).code, 0);
    for (const epochs of [2, 4, 6]) {
      const cli = killed.start('run', 'sweep.yaml', '--json');
      let seen = 0;
      cli.child.stdout.on('data', (text: string) => {
        seen += text.split('"trial-epoch"').length - 1;
        if (seen >= epochs) cli.child.kill('SIGKILL');
      });
      assert.equal((await cli.ended).signal, 'SIGKILL');
    }
    assert.equal((await killed.run('resume', method)).code, 0);
    const expected = await whole.rows(RESULTS);
    assert.equal(expected.length, 14);
    assert.deepEqual(await killed.rows(RESULTS), expected);
  });
}
