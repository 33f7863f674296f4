import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { Rig } from '../rig.js';
import { namesOf, writeWeights } from '../trainer/networks/weights/files.js';

let rig: Rig;
before(async () => {
  rig = new Rig();
  for (const [name, background] of Object.entries({ finch: 'red', heron: 'blue' })) {
    mkdirSync(join(rig.folder, 'sweeps/photos', name), { recursive: true });
    for (let index = 0; index < 10; index++) {
      const image = sharp({ create: { width: 32, height: 32, channels: 3, background } });
      await image.png().toFile(join(rig.folder, 'sweeps/photos', name, `${index}.png`));
    }
  }
  await writeWeights(join(rig.folder, 'sweeps/small.safetensors'), namesOf('lite0', 'torch', 1000), 0.01);
  await writeWeights(join(rig.folder, 'sweeps/other.safetensors'), namesOf('lite0', 'torch', 1000), 0.02);
});
after(() => rig.close());

function sweepFile(weights: string, more = ''): string {
  return `
method: grid
dataset: photos
parameters:
  weights: { values: ${weights} }
backbone: lite0
batch_size: 8
image_size: 32
epochs: 1
${more}`;
}

interface Planned {
  readonly first: readonly { readonly key: string; readonly params: { readonly weights: string } }[];
}

async function keys(weights: string): Promise<string[]> {
  rig.write('sweeps/plan.yaml', sweepFile(weights));
  const { code, stdout, stderr } = await rig.run('plan', 'sweeps/plan.yaml', '--json');
  assert.equal(code, 0, stderr);
  return (JSON.parse(stdout) as Planned).first.map(({ key }) => key);
}

test('a trial’s key contains the content of its weights, not their path', async () => {
  const [none, small, other] = await keys('[none, ./small.safetensors, ./other.safetensors]');
  assert.equal(new Set([none, small, other]).size, 3);
  copyFileSync(join(rig.folder, 'sweeps/small.safetensors'), join(rig.folder, 'sweeps/copy.safetensors'));
  assert.deepEqual(await keys('[./copy.safetensors]'), [small]);
  copyFileSync(join(rig.folder, 'sweeps/other.safetensors'), join(rig.folder, 'sweeps/copy.safetensors'));
  assert.deepEqual(await keys('[./copy.safetensors]'), [other]);
});

test('trials start from the named weights, relative to the sweep file; an assumed pixel scaling is a warning', async () => {
  rig.write('sweeps/birds.yaml', sweepFile('[none, ./small.safetensors]'));
  const { code, stdout, stderr } = await rig.run('run', 'sweeps/birds.yaml');
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /loaded 245 of 245 tensors of lite0; the classifier \(2 classes\) starts fresh/);
  const warning =
    /the weights "\.\/small\.safetensors" do not tell how pixels were scaled in training; assumed \(pixel/g;
  // Once for the file, and once for the first trial that starts from it.
  assert.equal(stdout.match(warning)?.length, 2, stdout);
  const rows = await rig.rows('SELECT weights, state FROM leaderboard ORDER BY weights');
  assert.deepEqual(rows, [
    { weights: './small.safetensors', state: 'completed' },
    { weights: 'none', state: 'completed' },
  ]);
  const [{ id } = {}] = await rig.rows("SELECT trial AS id FROM leaderboard WHERE weights <> 'none'");
  assert.match((await rig.run('show', String(id))).stdout, warning);
  const [{ losses } = {}] = await rig.rows("SELECT count(DISTINCT value) AS losses FROM curves WHERE metric = 'loss'");
  assert.equal(Number(losses), 2, 'they did not start alike');
});

test('weights that are missing, not fetched or of another backbone end the sweep before its first trial', async () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['[./nowhere.h5]', '', /no weights at .*sweeps\/nowhere\.h5/],
    ['[./small.safetensors]', 'backbone: b0', /weights of lite0, not of b0[\s\S]*backbone: lite0/],
    ['[imagenet]', 'backbone: b1', /sweep weights fetch b1[\s\S]*efficientnetb1_notop\.h5/],
    ['[plan.yaml]', '', /not a file of weights in a known format/],
  ];
  for (const [weights, more, expected] of cases) {
    const text = sweepFile(weights, more);
    rig.write('sweeps/bad.yaml', more === '' ? text : text.replace('backbone: lite0\n', ''));
    const { code, stdout, stderr } = await rig.run('run', 'sweeps/bad.yaml', '--db', 'bad/bad.duckdb');
    assert.equal(code, 2, stdout + stderr);
    assert.match(stderr, expected);
    rmSync(join(rig.folder, 'bad'), { recursive: true, force: true });
  }
});

test('weights need not fit a backbone that an exclude rule never combines with them', async () => {
  const both = 'exclude: [{ weights: ./small.safetensors, backbone: b0 }]';
  const text = sweepFile('[none, ./small.safetensors]').replace('backbone: lite0\n', '');
  rig.write(
    'sweeps/two.yaml',
    text.replace('parameters:', `${both}\nparameters:\n  backbone: { values: [b0, lite0] }`),
  );
  const { code, stdout, stderr } = await rig.run('plan', 'sweeps/two.yaml', '--json');
  assert.equal(code, 0, stderr);
  assert.equal((JSON.parse(stdout) as Planned).first.length, 3);
});

test('imported weights are listed and verified, and `weights: imagenet` reads them', async (t) => {
  // A cache of its own; what only plans needs no TensorFlow from the usual one.
  const own = new Rig({ SWEEPWRIGHT_CACHE: join(rig.folder, 'cache') });
  t.after(() => own.close());
  const file = join(rig.folder, 'sweeps/small.safetensors');
  const imported = await own.run('weights', 'import', file);
  assert.equal(imported.code, 0, imported.stderr);
  assert.match(imported.stdout, /do not tell how pixels were scaled in training; assumed/);
  const listed = await own.run('weights', 'list', '--json');
  const [stored] = JSON.parse(listed.stdout) as Record<string, unknown>[];
  assert.equal(stored?.['backbone'], 'lite0');
  assert.equal(stored['source'], file);
  assert.match((await own.run('weights', 'list')).stdout, /^lite0 +19 MB +no, imported +\S+small\.safetensors$/m);
  assert.equal((await own.run('weights', 'verify')).code, 0);
  const inspected = await own.run('inspect', join(rig.folder, 'sweeps/photos'), '--init', 'first.yaml');
  assert.match(inspected.stderr, /^next:\n {2}sweep plan first\.yaml\n/m, 'nothing is to be fetched');
  const first = await own.run('plan', 'first.yaml');
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^fixed .*weights=imagenet/m);
  assert.doesNotMatch(first.stdout, /random weights/);
  rig.write('sweeps/imagenet.yaml', sweepFile('[imagenet]'));
  const planned = await own.run('plan', join(rig.folder, 'sweeps/imagenet.yaml'));
  assert.equal(planned.code, 0, planned.stderr);
  assert.match(planned.stdout, /loaded 245 of 245 tensors of lite0/);
  assert.match(planned.stdout, /warning: the weights "imagenet" do not tell how pixels were scaled/);
  const wrong = await own.run('weights', 'import', file, '--backbone', 'b0');
  assert.equal(wrong.code, 2);
  const none = await own.run('weights', 'verify', 'b0');
  assert.equal(none.code, 2);
  assert.match(none.stderr, /sweep weights fetch b0/);
});
