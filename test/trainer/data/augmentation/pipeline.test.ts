import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Params, ParamValue } from '../../../../src/core/parameters.js';
import { seededRandom } from '../../../../src/core/random.js';
import { OPERATIONS, type OperationName } from '../../../../src/trainer/data/augmentation/operations.js';
import { createAugmenter, type Pipeline } from '../../../../src/trainer/data/augmentation/pipeline.js';
import { readSettings } from '../../../../src/trainer/training/classifier-settings.js';
import { difference, noise, picture } from './images.js';

const settingsOf = (params: Params) => readSettings(params).augmentation;
const pipelineOf = (augment: ParamValue): Pipeline => settingsOf({ augment }).pipeline!;

/** A picture after a pipeline, with random numbers from a seed. */
function augmented(pipeline: Pipeline, seed: number, size = 32): Uint8Array {
  const image = picture(size);
  createAugmenter(pipeline, size)(image, seededRandom(seed));
  return image;
}

describe('the parameter augment', () => {
  it('does nothing by default, with `none`, an empty list, probability 0 and zero operations', () => {
    for (const params of [
      {},
      { augment: 'none' },
      { augment: [] },
      { augment: [{ op: 'blur', p: 0 }] },
      { augment: 'randaugment', randaugment_ops: 0 },
    ]) {
      assert.equal(settingsOf(params).pipeline, undefined);
    }
    const { copies, mixupAlpha, cutmixAlpha } = settingsOf({});
    assert.deepEqual([copies, mixupAlpha, cutmixAlpha], [0, 0, 0]);
  });

  it('accepts presets, RandAugment with two numbers, and a list whose fields have defaults', () => {
    for (const preset of ['light', 'medium', 'strong']) assert.equal(pipelineOf(preset).kind, 'steps');
    const randaugment = { augment: 'randaugment', randaugment_ops: 3, randaugment_magnitude: 12 };
    assert.deepEqual(settingsOf(randaugment).pipeline, { kind: 'randaugment', ops: 3, magnitude: 12 });
    assert.deepEqual(
      pipelineOf([{ op: 'rotate', limit: 15, p: 0.3 }, { op: 'blur' }, { op: 'rotate', limit: [0, 5] }]),
      {
        kind: 'steps',
        steps: [
          { op: 'rotate', p: 0.3, ranges: { limit: [-15, 15] } },
          { op: 'blur', p: 0.5, ranges: { sigma: [0.5, 1.5] } },
          { op: 'rotate', p: 0.5, ranges: { limit: [0, 5] } },
        ],
      },
    );
  });

  const refusals: readonly [what: string, augment: ParamValue, message: RegExp, hint: RegExp][] = [
    ['an unknown preset', 'strnog', /"augment" cannot be "strnog"/, /light, medium, strong/],
    ['an entry that is no mapping', ['blur'], /"augment" cannot be/, /op: rotate/],
    ['an entry without an operation', [{ p: 1 }], /entry 1 of "augment" has no "op"/, /horizontal_flip, vertical_flip/],
    ['an unknown operation', [{ op: 'blur' }, { op: 'rotat' }], /entry 2 of "augment".*"rotat"/, /mean "rotate"\?/],
    ['an unknown field', [{ op: 'rotate', limt: 3 }], /entry 1 of "augment" \(rotate\).*"limt"/, /mean "limit"\?/],
    ['a share above 1', [{ op: 'rotate', p: 2 }], /\(rotate\): "p" cannot be 2/, /from 0 to 1/],
    ['a value outside of the bounds', [{ op: 'rotate', limit: 200 }], /"limit" cannot be 200/, /0 to 180.*default 90/],
    ['a reversed range', [{ op: 'blur', sigma: [2, 1] }], /"sigma" cannot be \[2,1\]/, /from 0 to 20/],
    ['a fraction for a count', [{ op: 'coarse_dropout', holes: 1.5 }], /"holes" cannot be 1\.5/, /a whole number/],
    ['text for a number', [{ op: 'noise', std: 'much' }], /"std" cannot be "much"/, /from 0 to 255/],
    ['two numbers for one', [{ op: 'clahe', tiles: [2, 4] }], /"tiles" cannot be \[2,4\]/, /from 1 to 32/],
  ];
  for (const [what, augment, message, hint] of refusals) {
    it(`refuses ${what}, and names the allowed values`, () => {
      assert.throws(
        () => settingsOf({ augment }),
        (error: Error & { code: string; hint: string }) => {
          assert.equal(error.code, 'PARAMETER_INVALID');
          assert.match(error.message, message);
          assert.match(error.hint, hint);
          return true;
        },
      );
    });
  }
});

describe('a pipeline', () => {
  it('gives equal results for equal streams, and others for another stream', () => {
    for (const pipeline of [pipelineOf('strong'), settingsOf({ augment: 'randaugment' }).pipeline!]) {
      assert.deepEqual(augmented(pipeline, 1), augmented(pipeline, 1));
      const variants = new Set([1, 2, 3, 4, 5, 6].map((seed) => augmented(pipeline, seed).join()));
      assert.ok(variants.size >= 5, `${variants.size} of 6`);
    }
  });

  it('does not depend on earlier images', () => {
    const augment = createAugmenter(pipelineOf('strong'), 32);
    augment(noise(32), seededRandom(9));
    const image = picture(32);
    augment(image, seededRandom(1));
    assert.deepEqual(image, augmented(pipelineOf('strong'), 1));
  });

  it('applies its entries in order, each with its probability', () => {
    const flips = pipelineOf([{ op: 'horizontal_flip', p: 0.25 }]);
    const changed = Array.from({ length: 400 }, (_, seed) => augmented(flips, seed, 4)).filter(
      (image) => difference(image, picture(4)).largest > 0,
    ).length;
    assert.ok(changed > 70 && changed < 130, `${changed} of 400`);
    const brightThenDark = pipelineOf([
      { op: 'brightness_contrast', brightness_limit: [1, 1], contrast_limit: 0, p: 1 },
      { op: 'brightness_contrast', brightness_limit: [-0.2, -0.2], contrast_limit: 0, p: 1 },
    ]);
    assert.deepEqual(new Set(augmented(brightThenDark, 1)), new Set([204]));
  });

  it('works at every size down to a single pixel', () => {
    const all = pipelineOf(Object.keys(OPERATIONS).map((op) => ({ op, p: 1 })));
    for (const size of [1, 2, 7, 33]) {
      for (const seed of [1, 2]) assert.equal(augmented(all, seed, size).length, size * size * 3);
      for (const seed of [1, 2, 3]) augmented({ kind: 'randaugment', ops: 14, magnitude: 30 }, seed, size);
    }
  });
});

describe('every operation', () => {
  /** Settings with which the operation does nothing, if there are any. */
  const neutral: Record<OperationName, Params | undefined> = {
    horizontal_flip: undefined,
    vertical_flip: undefined,
    rotate: { limit: 0 },
    shift_scale_rotate: { shift_limit: 0, scale_limit: 0, rotate_limit: 0 },
    random_resized_crop: { scale: 1, ratio: 1 },
    brightness_contrast: { brightness_limit: 0, contrast_limit: 0 },
    hue_saturation: { hue_shift_limit: 0, sat_shift_limit: 0, val_shift_limit: 0 },
    blur: { sigma: 0 },
    noise: { std: 0 },
    coarse_dropout: undefined,
    clahe: undefined,
    equalize: undefined,
    jpeg_compression: undefined,
  };

  for (const [op, fields] of Object.entries(neutral)) {
    it(`${op} changes an image at its defaults${fields ? ', and changes nothing at strength 0' : ''}`, () => {
      const image = augmented(pipelineOf([{ op, p: 1 }]), 3);
      assert.ok(difference(image, picture(32)).largest > 0);
      if (fields) assert.deepEqual(augmented(pipelineOf([{ op, p: 1, ...fields }]), 3), picture(32));
    });
  }
});

describe('RandAugment', () => {
  it('at magnitude 0 only stretches or equalizes the histogram', () => {
    const outcomes = new Set(
      Array.from({ length: 60 }, (_, seed) => augmented({ kind: 'randaugment', ops: 1, magnitude: 0 }, seed).join()),
    );
    // Untouched, autocontrast, equalize.
    assert.equal(outcomes.size, 3);
  });

  it('changes more at a higher magnitude', () => {
    const change = (magnitude: number): number => {
      const gaps = Array.from(
        { length: 60 },
        (_, seed) => difference(augmented({ kind: 'randaugment', ops: 2, magnitude }, seed), picture(32)).mean,
      );
      return gaps.reduce((sum, gap) => sum + gap, 0);
    };
    assert.ok(change(3) < change(12) && change(12) < change(30));
  });
});
