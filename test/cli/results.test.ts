import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { randomInt, seededRandom } from '../../src/core/random.js';
import { parseDocumented } from '../json-schemas.js';
import { Rig } from '../rig.js';
import { tamper } from '../store/helpers.js';

/** Colours close enough together that a model of four epochs takes some for others. */
const CLASSES = { finch: [140, 110, 110], heron: [110, 110, 140], plover: [110, 140, 110] } as const;
const EDGE = 32;

/** Two short trials, of which the better one is kept; validation goes by averages of the weights. */
const SWEEP = `
name: birds
method: grid
dataset: photos
parameters:
  gamma: { values: [0, 2] }
learning_rate: 1e-3
ema_decay: 0.9
backbone: mobilenet-v2
batch_size: 8
image_size: ${EDGE}
epochs: 4
metric: { name: val_accuracy, goal: maximize }
keep: { top_trials: 1 }
`;

let rig: Rig;
/** The trial whose weights are kept, and the other one. */
let best: number;
let other: number;

before(async () => {
  rig = new Rig({ TF_CPP_MIN_LOG_LEVEL: '3' });
  await writePhotos('photos/train', 12);
  await writePhotos('photos/val', 6);
  rig.write('birds.yaml', SWEEP);
  // Interrupted after an epoch and taken up again: what comes of it has to be no other.
  const first = rig.start('run', 'birds.yaml', '--json');
  await first.until(/"type":"trial-epoch","epoch":1/);
  await first.kill('SIGINT');
  const { code, stderr } = await rig.run('resume', '-q');
  assert.equal(code, 0, stderr);
  const board = await rig.rows('SELECT trial FROM leaderboard ORDER BY rank, trial');
  [best, other] = board.map(({ trial }) => Number(trial)) as [number, number];
});
after(() => rig.close());

async function writePhotos(folder: string, count: number): Promise<void> {
  const random = seededRandom(1, folder);
  for (const [name, colour] of Object.entries(CLASSES)) {
    for (let index = 0; index < count; index++) {
      const pixels = Uint8Array.from(
        { length: EDGE ** 2 * 3 },
        (_, at) => colour[at % 3]! + randomInt(random, 180) - 90,
      );
      const image = sharp(pixels, { raw: { width: EDGE, height: EDGE, channels: 3 } });
      rig.write(`${folder}/${name}/${name}-${index}.png`, await image.png().toBuffer());
    }
  }
}

describe('sweep reproduce', () => {
  it('gets the same bits for a trial that was interrupted, and leaves no files', async () => {
    const files = () => readdirSync(join(rig.folder, 'results'), { recursive: true, encoding: 'utf8' }).sort();
    const [attempts] = await rig.rows('SELECT max(attempt)::integer AS most, min(threads) AS threads FROM attempts');
    assert.equal(attempts!['most'], 2);
    const before = files();
    // Trial 1 was interrupted; of the best one there are weights to compare.
    for (const trial of new Set([1, best])) {
      const { code, stdout, stderr } = await rig.run('reproduce', String(trial));
      assert.equal(code, 0, stdout + stderr);
      const all = `13 metrics of 4 epochs${trial === best ? ', and the weights' : ''}`;
      assert.match(stdout, new RegExp(`epoch 4 of 4: identical\\nidentical: ${all}, to the last bit\\n`));
    }
    assert.deepEqual(files(), before);
  });

  it('reports a different recorded value and the differing conditions that explain it', async () => {
    const copy = join(rig.folder, 'results/copy.duckdb');
    copyFileSync(join(rig.folder, 'results/sweeps.duckdb'), copy);
    await tamper(copy, `update data.epochs set value = value + 0.01 where metric = 'val_loss' and epoch = 4`);
    const same = await rig.run('reproduce', String(best), '--db', copy);
    assert.equal(same.code, 1);
    assert.match(same.stdout, /epoch 3 of 4: identical\nepoch 4 of 4: different\n/);
    assert.match(same.stdout, /different, under the same conditions: .*val_loss in epoch 4: /);

    await tamper(copy, `update data.revisions set tensorflow_version = '2.9.1'`);
    const old = await rig.run('reproduce', String(best), '--db', copy);
    assert.equal(old.code, 0);
    assert.match(
      old.stdout,
      /within 0\.05: .*val_loss in epoch 4.*\nunder other conditions:\n {2}TensorFlow: 2\.9\.1 then/,
    );
  });

  it('compares trials of a user’s trainer by their metrics', async () => {
    const trainer = (value: string): string =>
      `export const train = async ({ report }) => { await report({ epoch: 1, metrics: { loss: ${value} } }); };`;
    for (const [name, value] of [
      ['steady', '0.1'],
      ['fickle', '1 + Math.random()'],
    ] as const) {
      rig.write(`${name}.mjs`, trainer(value));
      const file = `method: grid\ntrainer: ./${name}.mjs\nmetric: { name: loss, goal: minimize }\nparameters: { x: { values: [1] } }`;
      rig.write(`${name}.yaml`, file);
      const run = await rig.run('run', `${name}.yaml`, '-q', '--db', `own/${name}.duckdb`);
      assert.equal(run.code, 0, run.stderr);
    }
    const steady = await rig.run('reproduce', '1', '--db', 'own/steady.duckdb');
    assert.deepEqual(
      [steady.code, steady.stdout.split('\n').at(-2)],
      [0, 'identical: 1 metric of 1 epoch, to the last bit'],
    );
    const fickle = await rig.run('reproduce', '1', '--db', 'own/fickle.duckdb');
    assert.deepEqual([fickle.code, fickle.stdout.includes('different, under the same')], [1, true]);
    const foreign = await rig.run('predict', '1', 'photos', '--db', 'own/steady.duckdb');
    assert.equal(foreign.code, 2);
    assert.match(foreign.stderr, /trained by \.\/steady\.mjs/);
  });
});

describe('sweep predict', () => {
  it('predicts validation images as validation did', async () => {
    const { code, stdout, stderr } = await rig.run('predict', String(best), 'photos/val', '--format', 'json');
    assert.equal(code, 0, stderr);
    const rows = parseDocumented('predict', stdout) as { readonly path: string; readonly label: string }[];
    const right = rows.filter(({ path, label }) => path.includes(`/${label}/`)).length;
    const [recorded] = await rig.rows(`SELECT objective FROM leaderboard WHERE trial = ${best}`);
    assert.equal(right / rows.length, recorded!['objective']);
    assert.equal(rows.length, 18);
  });

  it('writes a submission, lists unreadable images, and then ends with status 1', async () => {
    rig.write('test/good.png', readFileSync(join(rig.folder, 'photos/val/heron/heron-0.png')));
    rig.write('test/bad.png', 'no image');
    const { code, stdout, stderr } = await rig.run(
      ...['predict', String(best), 'test', '--format', 'csv', '--tta', 'flip', '-o', 'submission.csv'],
    );
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /test\/bad\.png: not a JPEG/);
    assert.match(
      readFileSync(join(rig.folder, 'submission.csv'), 'utf8'),
      /^id,label\nbad,\ngood,(finch|heron|plover)\n$/,
    );
  });

  it('says what to do if no weights were kept', async () => {
    for (const command of [
      ['predict', String(other), 'test'],
      ['export', String(other), '--to', 'model'],
    ]) {
      const { code, stderr } = await rig.run(...command);
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`no weights of trial ${other} are kept\\n.*keep: \\{ top_trials: 10 \\}`));
    }
    assert.equal(existsSync(join(rig.folder, 'model')), false);
  });
});

interface Evaluated {
  readonly images: number;
  readonly part: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly classes: readonly { readonly name: string; readonly recall: number; readonly support: number }[];
  readonly confusion: readonly (readonly number[])[];
  readonly unreadable: readonly { readonly path: string }[];
}

describe('sweep evaluate', () => {
  it('measures on the images that the trial did not train on what validation measured', async () => {
    const { code, stdout, stderr } = await rig.run('evaluate', 'best', 'photos', '--json');
    assert.equal(code, 0, stderr);
    const { images, part, metrics, confusion } = parseDocumented('evaluate', stdout) as Evaluated;
    assert.deepEqual([images, part], [18, 'validation']);
    const recorded = await rig.rows(
      `SELECT metric, value FROM curves JOIN leaderboard USING (sweep, trial)
       WHERE trial = ${best} AND epoch = best_epoch AND starts_with(metric, 'val_') AND metric <> 'val_loss'`,
    );
    assert.ok(recorded.length >= 6);
    for (const { metric, value } of recorded) {
      const measured = metrics[String(metric).slice('val_'.length)]!;
      assert.ok(
        Math.abs(measured - Number(value)) < 1e-4,
        `${String(metric)}: ${measured} instead of ${String(value)}`,
      );
    }
    const cells = await rig.rows(`SELECT label, prediction, count FROM confusion WHERE trial = ${best}`);
    const names = Object.keys(CLASSES);
    for (const { label, prediction, count } of cells) {
      assert.equal(confusion[names.indexOf(String(label))]![names.indexOf(String(prediction))], Number(count));
    }
  });

  it('takes tables with some of the classes, and lists images that it cannot read', async () => {
    const rows = ['plover', 'finch'].flatMap((name) => [0, 1].map((at) => `val/${name}/${name}-${at}.png,${name}`));
    rig.write('photos/bad.png', 'no image');
    rig.write('photos/test.csv', ['image,label', ...rows, 'bad.png,finch'].join('\n'));
    const { code, stdout, stderr } = await rig.run('evaluate', String(best), 'photos/test.csv');
    assert.equal(code, 1);
    assert.match(stderr, /photos\/bad\.png: not a JPEG/);
    assert.match(stdout, /^birds, trial \d+, epoch \d: 4 images of \S+test\.csv\n\naccuracy /);
    assert.match(stdout, /\nclass +precision +recall +f1 +images\n(finch|plover) .* 2\n(finch|plover) .* 2\n\n/);
    assert.match(stdout, /\nlabel +finch +heron +plover\n/);
    assert.match(stdout, /\ncalibration: mean confidence 0\.\d+, accuracy [01]\.\d{4}\n/);
  });

  it('names the classes that the model does not know', async () => {
    rig.write('strange.csv', 'image,label\nphotos/val/finch/finch-0.png,finch\nphotos/val/heron/heron-0.png,swan');
    const { code, stderr } = await rig.run('evaluate', 'best', 'strange.csv');
    assert.equal(code, 2);
    assert.match(
      stderr,
      /strange\.csv has classes that the model does not know: swan\nThe model's classes are finch, heron, plover\./,
    );
  });
});

describe('sweep export', () => {
  it('writes the model of the best epoch and does not overwrite an existing one', async () => {
    const [row] = await rig.rows(`SELECT best_epoch FROM leaderboard WHERE trial = ${best}`);
    const { code, stdout, stderr } = await rig.run('export', String(best), '--to', 'model');
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      new RegExp(`birds, trial ${best}, its best epoch, ${String(row!['best_epoch'])}: \\d+ files in `),
    );
    assert.deepEqual(JSON.parse(readFileSync(join(rig.folder, 'model/labels.json'), 'utf8')), Object.keys(CLASSES));
    const printed = await rig.run('export', 'best', '--to', 'saved', '--format', 'savedmodel', '--json');
    assert.deepEqual((parseDocumented('export', printed.stdout) as { readonly trial: number }).trial, best);
    const again = await rig.run('export', String(best), '--to', 'model', '--format', 'savedmodel');
    assert.equal(again.code, 2);
    assert.match(again.stderr, /model is not empty\n.*--force/);
  });
});
