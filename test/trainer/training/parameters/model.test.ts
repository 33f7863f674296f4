import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSettings } from '../../../../src/trainer/training/classifier-settings.js';
import { BACKBONES, planBackbone } from '../../../../src/trainer/networks/backbones.js';

describe('parameters of the model', () => {
  it('default to the values published with each backbone', () => {
    for (const backbone of BACKBONES) {
      const { imageSize, dropout, dropConnect, unfreeze } = readSettings({ backbone }).model;
      const published = planBackbone(backbone);
      assert.deepEqual(
        [imageSize, dropout, dropConnect, unfreeze],
        [published.resolution, published.dropout, published.dropConnect, 'all'],
      );
    }
    const { imageSize, dropout, dropConnect } = readSettings({ backbone: 'v2-m' }).model;
    assert.deepEqual([imageSize, dropout, dropConnect], [480, 0.3, 0.2]);
    assert.equal(readSettings({ backbone: 'resnet50' }).model.dropConnect, 0);
    assert.equal(readSettings({ backbone: 'resnet50', drop_connect: 0.1 }).model.dropConnect, 0.1);
  });

  it('refuse images that are too small for a backbone, and state the minimum', () => {
    assert.throws(() => readSettings({ backbone: 'alexnet', image_size: 62 }), {
      code: 'IMAGE_TOO_SMALL',
      message: /62.*alexnet/,
      hint: /63/,
    });
    assert.equal(readSettings({ backbone: 'alexnet', image_size: 63 }).model.imageSize, 63);
  });

  it('accept all, head, or a number of blocks for unfreeze', () => {
    for (const unfreeze of ['all', 'head', 'last-1-blocks', 'last-12-blocks']) {
      assert.equal(readSettings({ unfreeze }).model.unfreeze, unfreeze);
    }
    for (const unfreeze of ['last-0-blocks', 'last-blocks', 'last-3', 'Head', 'head ']) {
      assert.throws(() => readSettings({ unfreeze }), { code: 'PARAMETER_INVALID', message: /"unfreeze"/ });
    }
  });
});
