import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Params } from '../../../../src/core/parameters.js';
import { noFeaturesBecause, sharedFeatures } from '../../../../src/trainer/training/features/shared-features.js';

const shared = (...trials: readonly (Params & { readonly seed?: number })[]) =>
  sharedFeatures(trials.map(({ seed = 0, ...params }) => ({ params: { image_size: 96, ...params }, seed })));

const B0 = { backbone: 'b0', imageSize: 96, copies: 0 };

test('trials of a frozen backbone share features whatever follows the backbone', () => {
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

test('they are computed again for other weights, which seeds give only where they are random', () => {
  const trials = [{ seed: 1 }, { seed: 2 }, { seed: 2, gamma: 2 }];
  const random = trials.map((trial) => ({ ...trial, unfreeze: 'head' }));
  assert.deepEqual(shared(...random), [{ ...B0, computed: 2, trials: 3, passes: 30, passesKept: 2 }]);
  assert.deepEqual(shared(...random.map((trial) => ({ ...trial, weights: 'imagenet' }))), [
    { ...B0, computed: 1, trials: 3, passes: 30, passesKept: 1 },
  ]);
});

test('what is trained, or never comes the same way twice, has none to share', () => {
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

test('passes over the images count epochs, and no more copies than there are epochs to take', () => {
  const copied = { unfreeze: 'head', augment: 'light', augment_copies: 4 };
  const [few] = shared({ ...copied, epochs: 2 }, { ...copied, epochs: 3, gamma: 2 });
  assert.deepEqual([few!.passes, few!.passesKept], [5, 3]);
  const [many] = shared({ ...copied, epochs: 9 }, { ...copied, epochs: 9, seed: 1 });
  assert.deepEqual([many!.passes, many!.passesKept], [18, 8]);
});

test('where a frozen backbone has no features to keep, it is known why', () => {
  const reasons = [
    { unfreeze: 'head' },
    { augment: 'light' },
    { unfreeze: 'head', augment: 'light' },
    { unfreeze: 'head', augment: 'light', augment_copies: 2 },
    { unfreeze: 'head', augment_copies: 2, mixup_alpha: 0.2 },
  ].map((params) => noFeaturesBecause({ image_size: 96, ...params }));
  assert.deepEqual(reasons, [undefined, undefined, 'augmentation', undefined, 'mixing']);
});
