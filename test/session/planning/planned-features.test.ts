import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featuresLines } from '../../../src/reporting/terminal/text/features-text.js';
import { featuresOf } from '../../../src/session/planning/describe-plan.js';
import { parseSweep } from '../../../src/sweep/parse.js';
import { planTrials } from '../../../src/search/plan.js';
import { imageClassifier } from '../../../src/trainer/manifest.js';
import { imageClassifierDescription } from '../../../src/trainer/planning/image-classifier-description.js';

/** What a plan says of features, for a sweep of four trials with these settings. */
function lines(settings: string): string[] {
  const text = `method: grid\nepochs: 5\n${settings}\nparameters: {learning_rate: {values: [1e-3, 1e-2]}, gamma: {values: [0, 2]}}`;
  const definition = parseSweep({ file: '/flowers.yaml', text }, { manifest: imageClassifier });
  const plan = planTrials(definition, { fingerprint: 'f', trainerVersion: '1', defaults: {} });
  const trainer = imageClassifierDescription;
  return featuresLines({ features: featuresOf({ definition, plan, trainer }), trials: plan.size });
}

test('a plan says that features are shared, and how much that saves', () => {
  assert.deepEqual(lines('unfreeze: head\nimage_size: 64'), [
    'of b0 at 64 px are computed once and shared by 4 trials: 1 pass over the images instead of 20',
  ]);
  assert.deepEqual(lines('unfreeze: head\naugment: light\naugment_copies: 3\nseeds: [1, 2]'), [
    'of b0 at 224 px, 3 variants of each image, are computed 2 times and shared by 8 trials: 6 passes over the images instead of 40',
  ]);
});

test('a plan of frozen backbones says why features are not kept, any other says nothing of them', () => {
  assert.match(lines('unfreeze: head\naugment: light').join(), /changes the images in each epoch.*`augment_copies: 8`/);
  assert.match(lines('unfreeze: head\nmixup_alpha: 0.2').join(), /mixup and CutMix/);
  assert.deepEqual(lines('unfreeze: all\naugment: light'), []);
});
