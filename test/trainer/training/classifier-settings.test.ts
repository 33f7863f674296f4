import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Params } from '../../../src/core/parameters.js';
import { readSettings } from '../../../src/trainer/training/classifier-settings.js';
import { imageClassifier } from '../../../src/trainer/manifest.js';

describe('settings of the image classifier', () => {
  it('have the defaults of the manifest', () => {
    const { parameters } = imageClassifier;
    const settings = readSettings({});
    assert.equal(settings.optimization.schedule.learningRate, parameters['learning_rate']!.default);
    assert.equal(settings.optimization.batchSize, parameters['batch_size']!.default);
    assert.equal(settings.optimization.epochs, parameters['epochs']!.default);
    assert.equal(settings.computation.compile, true);
    assert.equal(settings.data.trainSamples, undefined);
  });

  it('take image size and dropout from the values published with the backbone', () => {
    const { imageSize, dropout, dropConnect } = readSettings({ backbone: 'b3' }).model;
    assert.deepEqual([imageSize, dropout, dropConnect], [300, 0.3, 0.2]);
    assert.equal(readSettings({ backbone: 'b3', image_size: 64 }).model.imageSize, 64);
    assert.equal(readSettings({ backbone: 'b3', dropout: 0 }).model.dropout, 0);
  });

  it('refuse an unknown parameter and list the known ones', () => {
    assert.throws(() => readSettings({ learning_rat: 1 }), { code: 'PARAMETER_UNKNOWN', hint: /learning_rate/ });
  });

  const wrong: [string, Params][] = [
    ['another backbone', { backbone: 'b8' }],
    ['text for a number', { learning_rate: '0.1' }],
    ['the bound that is excluded', { learning_rate: 0 }],
    ['less than the least', { image_size: 31 }],
    ['a fraction of an image', { batch_size: 1.5 }],
    ['the largest share', { dropout: 1 }],
    ['a number for yes or no', { compile: 1 }],
    ['a list', { gamma: [1, 2] }],
    ['a precision of steps that are not compiled', { precision: 'bfloat16', compile: false }],
  ];
  for (const [what, params] of wrong) {
    it(`refuse ${what}`, () => {
      const [name] = Object.keys(params);
      assert.throws(() => readSettings(params), { code: 'PARAMETER_INVALID', message: new RegExp(`"${name!}"`) });
    });
  }
});
