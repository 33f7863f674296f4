import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Params } from '../../../../src/core/parameters.js';
import { noFeaturesBecause, sharedFeatures } from '../../../../src/trainer/training/features/shared-features.js';

const shared = (...trials: readonly (Params & { readonly seed?: number })[]) =>
  sharedFeatures(trials.map(({ seed = 0, ...params }) => ({ params: { image_size: 96, ...params }, seed })));

const B0 = { backbone: 'b0', imageSize: 96, copies: 0 };

test('trials with the same frozen backbone share features', () => {
  const head = { unfreeze: 'head' };
  const trials = [
    head,
    { ...head, learning_rate: 1e-3, gamma: 2 },
    { ...head, batch_size: 4, dropout: 0, optimizer: 'sgd' },
  ];
  assert.deepEqual(shared(...trials), [{ ...B0, computed: 1, trials: 3, passes: 30, passesKept: 1 }]);
  assert.deepEqual(shared(head, { ...head, backbone: 'b1' }, { ...head, image_size: 64 }), [
    { ...B0, computed: 1, trials: 1, passes: 10, passesKept: 1 },
    { ...B0, backbone: 'b1', computed: 1, trials: 1, passes: 10, passesKept: 1 },
    { ...B0, imageSize: 64, computed: 1, trials: 1, passes: 10, passesKept: 1 },
  ]);
});

test('other weights need other features, and the seed matters only for random weights', () => {
  const trials = [{ seed: 1 }, { seed: 2 }, { seed: 2, gamma: 2 }];
  const random = trials.map((trial) => ({ ...trial, unfreeze: 'head' }));
  assert.deepEqual(shared(...random), [{ ...B0, computed: 2, trials: 3, passes: 30, passesKept: 2 }]);
  assert.deepEqual(shared(...random.map((trial) => ({ ...trial, weights: 'imagenet' }))), [
    { ...B0, computed: 1, trials: 3, passes: 30, passesKept: 1 },
  ]);
});

test('a trained backbone and changing images have no features to share', () => {
  const head = { unfreeze: 'head' };
  const none: readonly Params[] = [
    {},
    { unfreeze: 'last-1-blocks' },
    { ...head, augment: 'light' },
    { ...head, mixup_alpha: 0.2 },
    { ...head, augment: 'light', augment_copies: 3, cutmix_alpha: 1 },
  ];
  assert.deepEqual(shared(...none), []);
  assert.deepEqual(shared({ ...head, augment: 'light', augment_copies: 3 }, { ...head, augment_copies: 3 }), [
    { ...B0, copies: 3, computed: 1, trials: 1, passes: 10, passesKept: 3 },
    { ...B0, computed: 1, trials: 1, passes: 10, passesKept: 1 },
  ]);
});

test('passes count epochs, and at most one copy per epoch', () => {
  const copied = { unfreeze: 'head', augment: 'light', augment_copies: 4 };
  const [few] = shared({ ...copied, epochs: 2 }, { ...copied, epochs: 3, gamma: 2 });
  assert.deepEqual([few!.passes, few!.passesKept], [5, 3]);
  const [many] = shared({ ...copied, epochs: 9 }, { ...copied, epochs: 9, seed: 1 });
  assert.deepEqual([many!.passes, many!.passesKept], [18, 8]);
});

test('the reason is given if a frozen backbone cannot cache features', () => {
  const reasons = [
    { unfreeze: 'head' },
    { augment: 'light' },
    { unfreeze: 'head', augment: 'light' },
    { unfreeze: 'head', augment: 'light', augment_copies: 2 },
    { unfreeze: 'head', augment_copies: 2, mixup_alpha: 0.2 },
  ].map((params) => noFeaturesBecause({ image_size: 96, ...params }));
  assert.deepEqual(reasons, [undefined, undefined, 'augmentation', undefined, 'mixing']);
});
