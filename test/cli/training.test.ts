import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { randomInt, seededRandom } from '../../src/core/random.js';
import { Rig } from '../rig.js';

const CLASSES = { finch: [200, 60, 60], heron: [60, 60, 200], plover: [60, 180, 60] } as const;

let rig: Rig;
before(async () => {
  rig = new Rig();
  await writePhotos('photos', 16);
});
after(() => rig.close());

/** Photos that a classifier can tell apart: noise around a colour per class. */
async function writePhotos(folder: string, count: number): Promise<void> {
  const random = seededRandom(1, folder);
  for (const [name, colour] of Object.entries(CLASSES)) {
    mkdirSync(join(rig.folder, folder, name), { recursive: true });
    for (let index = 0; index < count; index++) {
      const pixels = Uint8Array.from({ length: 40 * 40 * 3 }, (_, at) => colour[at % 3]! + randomInt(random, 50) - 25);
      const image = sharp(pixels, { raw: { width: 40, height: 40, channels: 3 } });
      await image.jpeg().toFile(join(rig.folder, folder, name, `${index}.jpg`));
    }
  }
}

function sweepFile(dataset: string, more = ''): string {
  return `
method: grid
dataset: ${dataset}
parameters:
  gamma: { values: [0, 2] }
  learning_rate: { value: 1e-3 }
backbone: b0
batch_size: 8
image_size: 32
epochs: 2
slots: 2
${more}`;
}

test('photos in folders become a leaderboard of trained EfficientNets', async () => {
  rig.write('birds.yaml', sweepFile('photos'));
  rig.write('photos/finch/notes.jpg', 'this is not a picture');
  rig.write('photos/finch/scan.tiff', 'not read');
  rig.write('photos/cover.jpg', 'in no class');
  const { code, stdout, stderr } = await rig.run('run', 'birds.yaml');
  assert.equal(code, 0, stderr);
  assert.equal(stdout.match(/1 image left out: .*finch\/notes\.jpg/g)?.length, 1);
  const [{ warnings } = {}] = await rig.rows('SELECT warnings FROM sweeps');
  const [strays, others, random, ...rest] = warnings as string[];
  assert.match(strays!, /photos has images outside of class folders, which are left out: 1$/);
  assert.match(others!, /unsupported formats, which are left out: 1 \.tiff/);
  assert.match(random!, /^training starts from random weights, and \d+ training images are few for that/);
  assert.deepEqual(rest, []);
  for (const warning of warnings as string[]) assert.equal(stdout.split(warning).length, 2, 'said once for the sweep');
  const shown = await rig.run('show', '1');
  assert.match(shown.stdout, /notes\.jpg/);
  assert.doesNotMatch(shown.stdout, /left out: 1|random weights/, 'trials do not repeat the warnings of the sweep');
  const board = await rig.rows('SELECT rank, gamma, learning_rate, state, objective FROM leaderboard ORDER BY gamma');
  assert.deepEqual(
    board.map(({ gamma, learning_rate, state }) => ({ gamma, learning_rate, state })),
    [
      { gamma: 0, learning_rate: 1e-3, state: 'completed' },
      { gamma: 2, learning_rate: 1e-3, state: 'completed' },
    ],
  );
  const metrics = await rig.rows('SELECT DISTINCT metric FROM curves ORDER BY metric');
  assert.deepEqual(
    metrics.map(({ metric }) => metric),
    [
      'accuracy',
      'balanced_accuracy',
      'cross_entropy',
      'loss',
      'macro_f1',
      'val_accuracy',
      'val_auroc',
      'val_balanced_accuracy',
      'val_cross_entropy',
      'val_ece',
      'val_loss',
      'val_macro_f1',
      'val_top5_accuracy',
    ],
  );
  const [learned] = await rig.rows("SELECT max(value) AS best FROM curves WHERE metric = 'accuracy'");
  assert.ok(Number(learned?.['best']) > 0.5, `three classes, accuracy ${String(learned?.['best'])}`);
  const [wait] = await rig.rows('SELECT min(input_wait) AS least, max(input_wait) AS most FROM attempts');
  assert.ok(Number(wait?.['least']) > 0 && Number(wait?.['most']) < 1, JSON.stringify(wait));
  assert.match(
    (await rig.run('show', '1')).stdout,
    /attempt 1 completed .*, waited for input for [\d.]+ % of its training time/,
  );
  const [facts] = await rig.rows('SELECT tensorflow_version FROM data.revisions');
  assert.match(String(facts?.['tensorflow_version']), /^\d+\.\d+/);
});

test('one seed gives the same bits in every slot and beside every neighbour', async () => {
  rig.write('again.yaml', sweepFile('photos', 'seed: 3\nepochs: 1').replace('epochs: 2\n', ''));
  const curves = 'SELECT gamma, metric, value FROM curves JOIN leaderboard USING (trial) WHERE seed = 3 ORDER BY ALL';
  await rig.run('run', 'again.yaml', '--db', 'a/one.duckdb');
  await rig.run('run', 'again.yaml', '--db', 'b/two.duckdb', '--set', 'parameters.gamma.values=[2, 0]');
  const [one, two] = await Promise.all(
    ['a/one.duckdb', 'b/two.duckdb'].map((db) => rig.run('sql', curves, '--format', 'json', '--db', db)),
  );
  assert.equal((JSON.parse(one!.stdout) as unknown[]).length, 26);
  assert.equal(one!.stdout, two!.stdout);
});

test('a dataset error that needs no training is reported once, before any trial', async () => {
  const cases: readonly (readonly [string, () => void, RegExp])[] = [
    ['nowhere', () => undefined, /nowhere/],
    ['lonely', () => mkdirSync(join(rig.folder, 'lonely/only'), { recursive: true }), /lonely/],
  ];
  for (const [dataset, prepare, expected] of cases) {
    prepare();
    rig.write('bad.yaml', sweepFile(dataset));
    const { code, stdout, stderr } = await rig.run('run', 'bad.yaml', '--db', 'bad/bad.duckdb');
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, expected);
    assert.doesNotMatch(stderr, /^\s+at /m, 'no stack trace');
    rmSync(join(rig.folder, 'bad'), { recursive: true, force: true });
  }
});
