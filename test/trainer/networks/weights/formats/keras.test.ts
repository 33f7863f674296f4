import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { seededRandom, randomInt } from '../../../../../src/core/random.js';
import { InputError } from '../../../../../src/core/errors.js';
import { openWeightFile } from '../../../../../src/trainer/networks/weights/formats/open-weight-file.js';
import { tryRead } from '../../../../../src/trainer/networks/weights/formats/trial-read.js';
import { normalizationScaling } from '../../../../../src/trainer/networks/weights/matching/input-scaling.js';
import { separateWeights } from '../../../../../src/trainer/networks/weights/matching/separate-weights.js';
import { weightValues } from '../../../../reference/recipe.js';
import { FIXTURES, writeTemporary } from '../files.js';

/** The arrays that test/reference/weight-files.py writes. */
const TINY: Readonly<Record<string, readonly number[]>> = {
  'stem_conv/kernel': [3, 3, 3, 4],
  'stem_bn/gamma': [4],
  'stem_bn/beta': [4],
  'stem_bn/moving_mean': [4],
  'stem_bn/moving_variance': [4],
  'block1a_dwconv/kernel': [3, 3, 4, 1],
  'block1a_se_reduce/kernel': [1, 1, 4, 2],
  'block1a_se_reduce/bias': [2],
  'predictions/kernel': [2, 3],
  'predictions/bias': [3],
};

for (const name of ['tiny.h5', 'tiny-weights-only.h5', 'tiny.weights.h5', 'tiny.keras']) {
  test(`every weight of Keras’ ${name} is read by name, and other arrays are counted by kind`, async (t) => {
    const file = await openWeightFile(join(FIXTURES, name));
    t.after(() => file.close());
    const { weights, others } = separateWeights(file);
    assert.deepEqual([...weights.keys()].sort(), Object.keys(TINY).sort());
    for (const [weight, shape] of Object.entries(TINY)) {
      assert.deepEqual(weights.get(weight)!.shape, shape, weight);
      assert.deepEqual(weights.get(weight)!.read(), weightValues(weight, shape), weight);
    }
    assert.equal(others.get('statistics of the input'), 3);
    if (name !== 'tiny-weights-only.h5') assert.ok(others.get('state of the optimizer')! > 10);
    assert.deepEqual(normalizationScaling(file)?.scale, [1 / 255, 1 / 255, 1 / 255]);
  });
}

test('layers without names keep the numbers that Keras 3 gave them', async (t) => {
  const file = await openWeightFile(join(FIXTURES, 'tiny-numbered.weights.h5'));
  t.after(() => file.close());
  const names = [...separateWeights(file).weights.keys()];
  for (const name of ['#conv2d/kernel', '#conv2d_1/bias', '#depthwise_conv2d/kernel', '#dense/kernel']) {
    assert.ok(names.includes(name), name);
  }
  assert.equal(names.length, Object.keys(TINY).length);
});

test('an archive without layer names takes them from the model’s config.json', async (t) => {
  const model = {
    config: {
      layers: [
        { class_name: 'Normalization', config: { name: 'normalization' } },
        { class_name: 'Conv2D', config: { name: 'stem_conv' } },
        { class_name: 'BatchNormalization', config: { name: 'stem_bn' } },
        { class_name: 'DepthwiseConv2D', config: { name: 'block1a_dwconv' } },
        { class_name: 'Conv2D', config: { name: 'block1a_se_reduce' } },
        { class_name: 'Dense', config: { name: 'predictions' } },
      ],
    },
  };
  const content = zipSync({
    'model.weights.h5': readFileSync(join(FIXTURES, 'tiny-numbered.weights.h5')),
    'config.json': Buffer.from(JSON.stringify(model)),
    '../../escape.txt': Buffer.from('never written'),
  });
  const file = await openWeightFile(writeTemporary(t, 'model.keras', content));
  t.after(() => file.close());
  assert.deepEqual([...separateWeights(file).weights.keys()].sort(), Object.keys(TINY).sort());
});

test('a truncated file, an empty file, another format and a pickle are refused with a hint', async (t) => {
  const h5 = readFileSync(join(FIXTURES, 'tiny.h5'));
  const archive = readFileSync(join(FIXTURES, 'tiny.keras'));
  const cases: readonly (readonly [string, Uint8Array | string, string])[] = [
    ['cut.h5', h5.subarray(0, 3000), 'WEIGHTS_DAMAGED'],
    ['shorter.h5', h5.subarray(0, h5.length - 1), 'WEIGHTS_DAMAGED'],
    ['start.h5', h5.subarray(0, 8), 'WEIGHTS_DAMAGED'],
    ['cut.keras', archive.subarray(0, archive.length / 2), 'WEIGHTS_DAMAGED'],
    ['other.zip', zipSync({ 'data.pkl': new Uint8Array(4) }), 'WEIGHTS_FORMAT'],
    ['old.pth', Buffer.from('\x80\x02}q\x01.', 'latin1'), 'WEIGHTS_FORMAT'],
    ['empty.h5', '', 'WEIGHTS_FORMAT'],
    ['photo.h5', '\xff\xd8\xff\xe0 a photograph', 'WEIGHTS_FORMAT'],
  ];
  for (const [name, content, code] of cases) {
    const thrown = await openWeightFile(writeTemporary(t, name, content)).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(thrown instanceof InputError, `${name}: ${String(thrown)}`);
    assert.equal(thrown.code, code, name);
    assert.ok(thrown.hint);
  }
});

test('a damaged file that the HDF5 library never finishes reading is refused after a deadline', async (t) => {
  const content = readFileSync(join(FIXTURES, 'tiny-weights-only.h5'));
  for (const [place, byte] of [
    [25_116, 128],
    [2_657, 8],
    [22_149, 1],
    [8_290, 194],
  ] as const) {
    content[place] = byte;
  }
  const path = writeTemporary(t, 'endless.h5', content);
  await assert.rejects(tryRead(path, 3_000), { code: 'WEIGHTS_DAMAGED', message: /could not be read in 3 s$/ });
  await tryRead(join(FIXTURES, 'tiny.h5'));
  await tryRead(join(FIXTURES, 'no-such-file.h5'));
});

test('a zip bomb is refused before it is unpacked', async (t) => {
  const bomb = zipSync({ 'model.weights.h5': new Uint8Array(50_000_000) }, { level: 9 });
  await assert.rejects(openWeightFile(writeTemporary(t, 'bomb.keras', bomb)), { code: 'WEIGHTS_DAMAGED' });
});

test('an HDF5 file with random bytes changed is read or refused, without a crash', async (t) => {
  const whole = readFileSync(join(FIXTURES, 'tiny-weights-only.h5'));
  const random = seededRandom(3, 'damage');
  let refused = 0;
  for (let round = 0; round < 40; round++) {
    const content = Buffer.from(whole);
    for (let count = 0; count < 10; count++) content[randomInt(random, content.length)] = randomInt(random, 256);
    content.set(whole.subarray(0, 8));
    try {
      const file = await openWeightFile(writeTemporary(t, `${round}.h5`, content));
      try {
        for (const tensor of file.tensors.values()) tensor.read();
      } finally {
        file.close();
      }
    } catch (error) {
      assert.ok(error instanceof InputError, String(error));
      refused++;
    }
  }
  assert.ok(refused > 5, `${refused} of 40 refused`);
});

test('an HDF5 file whose group contains itself is refused', async (t) => {
  const { File, ready } = await import('h5wasm');
  const { FS } = await ready;
  const file = new File('/loop.h5', 'w');
  file.create_group('optimizer').create_hard_link('/optimizer', 'again');
  file.close();
  const path = writeTemporary(t, 'loop.h5', FS.readFile('/loop.h5'));
  await assert.rejects(openWeightFile(path), { code: 'WEIGHTS_DAMAGED', message: /nested more than 16 deep/ });
});

test('hundreds of damaged archives, most of them in their zip headers, are read or refused', async (t) => {
  const whole = readFileSync(join(FIXTURES, 'tiny.keras'));
  const headers = [...whole.keys()].filter((at) => whole.readUInt16LE(Math.min(at, whole.length - 2)) === 0x4b50);
  const random = seededRandom(11);
  for (let round = 0; round < 300; round++) {
    const content = Buffer.from(whole);
    for (let change = randomInt(random, 3); change >= 0; change--) {
      const place = headers[randomInt(random, headers.length)]! + randomInt(random, 46);
      if (place < content.length) content[place] = [0, 1, 0x7f, 0x80, 0xff][randomInt(random, 5)]!;
    }
    const path = writeTemporary(t, 'damaged.keras', content);
    const file = await openWeightFile(path).catch((error: unknown) => {
      assert.ok(error instanceof InputError && error.code.startsWith('WEIGHTS_'), `round ${round}: ${String(error)}`);
    });
    file?.close();
  }
});
