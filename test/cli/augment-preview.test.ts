import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { Rig } from '../rig.js';
import { png } from '../trainer/data/files.js';

let rig: Rig;
before(async () => {
  rig = new Rig();
  for (const [name, red] of [
    ['cats', 250],
    ['dogs', 20],
  ] as const) {
    for (const image of [1, 2]) rig.write(`photos/${name}/${image}.png`, await png([red, 100, 50], 40, 30));
  }
  rig.write('photos/dogs/0.png', 'not an image');
  rig.write(
    'photos.yaml',
    [
      'dataset: ./photos',
      'method: grid',
      'image_size: 48',
      'parameters:',
      '  augment: { values: [none, strong] }',
    ].join('\n'),
  );
});
after(() => rig.close());

const picture = (name: string): Buffer => readFileSync(join(rig.folder, name));

test('augment-preview draws the pipeline of a sweep file, the same on every run', async () => {
  const first = await rig.run('augment-preview', 'photos.yaml', '--count', '3');
  assert.deepEqual([first.code, first.stderr], [0, '']);
  assert.match(first.stdout, /augment-preview\.png\n$/);
  const { format, width, height } = await sharp(picture('augment-preview.png')).metadata();
  assert.equal(format, 'png');
  assert.ok(width > 4 * 96 && height > 2 * 96, `${width} x ${height}`);
  await rig.run('augment-preview', 'photos.yaml', '--count', '3', '-o', 'again.png');
  assert.ok(picture('again.png').equals(picture('augment-preview.png')));
  await rig.run('augment-preview', 'photos.yaml', '--count', '3', '--augment', 'light', '-o', 'light.png');
  assert.ok(!picture('light.png').equals(picture('augment-preview.png')));
});

test('augment-preview draws a dataset with a preset, or with a list', async () => {
  const list = '[{"op": "horizontal_flip", "p": 1}]';
  for (const flags of [[], ['--augment', 'randaugment'], ['--augment', list]]) {
    const { code, stderr } = await rig.run('augment-preview', 'photos', '--count', '1', ...flags);
    assert.deepEqual([code, stderr], [0, '']);
  }
});

test('augment-preview reports wrong arguments', async () => {
  const refusals: readonly [args: readonly string[], message: RegExp, hint: RegExp][] = [
    [['photos', '--augment', '[{"op": "rotat"}]'], /entry 1 of "augment".*"rotat"/, /Did you mean "rotate"\?/],
    [['photos', '--augment', '[{op}]'], /is not JSON/, /"limit": 15/],
    [['photos', '--augment', 'none'], /not augmented/, /--augment medium/],
    [['photos', '-o', 'nowhere/sheet.png'], /nowhere\/sheet\.png cannot be written/, /folder/],
    [['pictures'], /there is no dataset at/, /photos/],
    [['photos', '--count', '0'], /--count takes a whole number from 1/, /^/],
  ];
  for (const [args, message, hint] of refusals) {
    const { code, stdout, stderr } = await rig.run('augment-preview', ...args);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
    assert.match(stderr, hint);
  }
});

test('a sweep file with an invalid pipeline is refused before any trial', async () => {
  const file = [
    'dataset: ./photos',
    'method: grid',
    'parameters:',
    '  augment: { values: [none, [{ op: rotate, limt: 3 }]] }',
  ];
  rig.write('typo.yaml', file.join('\n'));
  const { code, stderr } = await rig.run('plan', 'typo.yaml');
  assert.equal(code, 2);
  assert.match(stderr, /entry 1 of "augment" \(rotate\) has no field "limt"/);
  assert.match(stderr, /Did you mean "limit"\?/);
});
