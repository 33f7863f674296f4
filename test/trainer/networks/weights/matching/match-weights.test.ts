import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { BACKBONES, planBackbone, type Backbone } from '../../../../../src/trainer/networks/backbones.js';
import { buildNetwork } from '../../../../../src/trainer/networks/architectures/build-network.js';
import { layoutOf } from '../../../../../src/trainer/networks/weights/layouts/layout-of.js';
import type { Dialect } from '../../../../../src/trainer/networks/weights/layouts/layer-layout.js';
import { matchWeights, recogniseBackbone } from '../../../../../src/trainer/networks/weights/matching/match-weights.js';
import { namesOf, temporaryFolder, unreadFile } from '../files.js';

type Digests = Readonly<Record<'keras' | 'timm', Readonly<Record<string, string>>>>;
const published = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../../../../test/reference/weight-names.json'), 'utf8'),
) as Digests;

function digest(backbone: Backbone, dialect: Dialect): string {
  const lines = namesOf(backbone, dialect, 1000).map(([name, shape]) => `${name} [${shape.join(', ')}]`);
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

test('names and shapes of all weights of every backbone are those of Keras and timm', () => {
  for (const [backbone, expected] of Object.entries(published.keras)) {
    assert.equal(digest(backbone as Backbone, 'keras'), expected, `Keras ${backbone}`);
  }
  for (const [backbone, expected] of Object.entries(published.timm)) {
    assert.equal(digest(backbone as Backbone, 'torch'), expected, `timm ${backbone}`);
  }
  const covered = new Set([...Object.keys(published.keras), ...Object.keys(published.timm)]);
  assert.deepEqual(
    BACKBONES.filter((backbone) => !covered.has(backbone)),
    ['alexnet'],
  );
});

test('the layout of a backbone has the weights of its network, in both variants', () => {
  for (const backbone of BACKBONES) {
    for (const variant of ['keras', 'timm'] as const) {
      const network = buildNetwork(planBackbone(backbone, variant), 7);
      const specs = [...network.blocks, network.head].flatMap(({ weights }) => weights);
      const actual = specs.map(({ name, shape }) => `${name} ${shape.join()}`);
      const { layers, classifier } = layoutOf(backbone, variant);
      const names = layers.flatMap(({ name, kind, shape, bias }) =>
        kind === 'normalization'
          ? ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((part) => `${name}/${part} ${shape.join()}`)
          : [`${name}/kernel ${shape.join()}`, ...(bias ? [`${name}/bias ${shape.at(-1)!}`] : [])],
      );
      const head = [`${classifier.name}/kernel ${classifier.features},7`, `${classifier.name}/bias 7`];
      assert.deepEqual([...names, ...head].sort(), actual.sort(), `${backbone} ${variant}`);
    }
  }
});

test('the backbone of a file is recognized with any classifier and without one', () => {
  const cases: readonly (readonly [Backbone, Dialect])[] = [
    ['b0', 'keras'],
    ['b0', 'torch'],
    ['lite0', 'package'],
    ['v2-b0', 'torch'],
    ['resnet18', 'torch'],
    ['resnet50', 'keras'],
    ['mobilenet-v2', 'keras'],
    ['alexnet', 'torch'],
  ];
  for (const [backbone, dialect] of cases) {
    for (const classes of [undefined, 2, 1000]) {
      const file = unreadFile('w.safetensors', namesOf(backbone, dialect, classes));
      assert.equal(recogniseBackbone(file), backbone);
      const match = matchWeights(file, backbone);
      assert.equal(match.dialect, dialect);
      assert.equal(match.classifier?.classes, classes);
    }
  }
});

test('a classifier may have any name; a second classifier is refused', () => {
  const renamed = namesOf('b0', 'keras', 5).map(
    ([name, shape]) => [name.replace('predictions', 'dense'), shape] as const,
  );
  assert.equal(matchWeights(unreadFile('w.h5', renamed), 'b0').classifier?.classes, 5);
  const twice = [...renamed, ['other/kernel', [1280, 3]], ['other/bias', [3]]] as const;
  assert.throws(() => matchWeights(unreadFile('w.h5', twice), 'b0'), /4 unknown/);
});

test('missing, unknown and misshaped arrays are counted, and the first ones named', () => {
  const names = namesOf('b0', 'torch', 1000);
  const changed = names
    .filter(([name]) => !name.startsWith('blocks.1.0.se.'))
    .map(([name, shape]) => [name, name === 'conv_stem.weight' ? [32, 1, 3, 3] : shape] as const);
  const file = unreadFile('w.safetensors', [...changed, ['ema.decay', [1]], ['bn1.num_batches_tracked', []]]);
  assert.throws(() => matchWeights(file, 'b0'), {
    code: 'WEIGHTS_MISMATCH',
    message:
      'w.safetensors does not hold the weights of b0: 4 of 309 missing (blocks.1.0.se.conv_reduce.weight, ' +
      'blocks.1.0.se.conv_reduce.bias, blocks.1.0.se.conv_expand.weight, and 1 more); 1 of 309 of another shape ' +
      '(conv_stem.weight [32, 1, 3, 3], not [32, 3, 3, 3]); 1 unknown (ema.decay)',
  });
});

test('weights of another backbone are refused, and the backbone is named', () => {
  for (const [theirs, ours, dialect] of [
    ['b3', 'b0', 'keras'],
    ['resnet34', 'resnet18', 'torch'],
    ['lite0', 'b0', 'torch'],
    ['mobilenet-v2', 'v2-b0', 'keras'],
  ] as const) {
    const file = unreadFile('w.bin', namesOf(theirs, dialect, 10));
    assert.throws(() => matchWeights(file, ours), {
      code: 'WEIGHTS_OTHER_BACKBONE',
      message: new RegExp(`of ${theirs}, not`),
    });
  }
});

test('arrays that are no weights are counted by kind', () => {
  const names = [
    ...namesOf('b0', 'keras', undefined),
    ['normalization/mean', [3]],
    ['normalization/count', []],
    ['optimizer/adam/stem_conv_kernel_momentum', [3, 3, 3, 32]],
    ['top_dropout/seed_generator/seed_generator_state', [2]],
  ] as const;
  const { others } = matchWeights(unreadFile('w.h5', names), 'b0');
  assert.deepEqual([...others].sort(), [
    ['seeds of random numbers', 1],
    ['state of the optimizer', 1],
    ['statistics of the input', 2],
  ]);
});

test('numbered layers match the backbone’s layers in order', () => {
  const counts = new Map<string, number>();
  const numbered = layoutOf('b0', 'keras').layers.map(({ kind, name }) => {
    const base = {
      convolution: 'conv2d',
      depthwise: 'depthwise_conv2d',
      normalization: 'batch_normalization',
      dense: 'dense',
    }[kind];
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return [name, count === 0 ? `#${base}` : `#${base}_${count}`] as const;
  });
  const numbers = new Map(numbered);
  const names = namesOf('b0', 'keras', 9).map(([name, shape]) => {
    const [layer, variable] = name.split('/') as [string, string];
    return [`${numbers.get(layer) ?? '#dense'}/${variable}`, shape] as const;
  });
  assert.equal(matchWeights(unreadFile('w.weights.h5', names), 'b0').classifier?.classes, 9);
});

test('the variant of timm’s weights comes from the file name or the config.json beside it', (t) => {
  const variantOf = (path: string) => matchWeights(unreadFile(path, namesOf('b0', 'torch', 10)), 'b0').arithmetic;
  assert.equal(variantOf('/w/efficientnet_b0.ra_in1k.safetensors').variant, 'timm');
  assert.equal(variantOf('/w/tf_efficientnet_b0.in1k.safetensors').variant, 'keras');
  assert.equal(variantOf('/hub/timm--tf_efficientnet_b0.in1k/model.safetensors').variant, 'keras');
  const folder = temporaryFolder(t);
  const card = { architecture: 'tf_efficientnet_b0', pretrained_cfg: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(card));
  const { variant, scaling } = variantOf(join(folder, 'model.safetensors'));
  assert.equal(variant, 'keras');
  assert.deepEqual(scaling, {
    channels: 'rgb',
    scale: Array(3).fill(1 / 127.5),
    offset: [-1, -1, -1],
  });
});

test('without a config.json the scaling of timm’s weights is assumed, and described', (t) => {
  const folder = temporaryFolder(t);
  const assumedOf = (path: string, dialect: Dialect, metadata: Record<string, string> = {}) =>
    matchWeights({ ...unreadFile(path, namesOf('b1', dialect, 10)), metadata }, 'b1').assumedScaling;
  const path = join(folder, 'efficientnet_b1.safetensors');
  const imagenet = '(pixel / 255 - mean) / std with mean 0.485, 0.456, 0.406 and std 0.229, 0.224, 0.225';
  assert.equal(assumedOf(path, 'torch'), imagenet);
  assert.equal(assumedOf(path, 'keras'), undefined);
  assert.equal(assumedOf(path, 'keras', { variant: 'timm' }), undefined);
  // The metadata of an import without a config.json.
  assert.equal(assumedOf(path, 'keras', { variant: 'timm', scaling_assumed: 'true' }), imagenet);
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify({ architecture: 'efficientnet_b1', pretrained_cfg: {} }));
  assert.equal(assumedOf(path, 'torch'), imagenet, 'a config without mean and std');
  const scaled = { architecture: 'efficientnet_b1', pretrained_cfg: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } };
  writeFileSync(config, JSON.stringify(scaled));
  assert.equal(assumedOf(path, 'torch'), undefined);
});
