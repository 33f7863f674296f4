import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { classifierProgram } from '../../src/trainer/training/classifier-program.js';
import { ClassifierTrial } from '../../src/trainer/training/classifier-trial.js';
import { lossFeeds } from '../../src/trainer/training/losses/loss.js';
import { buildModel } from '../../src/trainer/networks/model.js';
import { sharpnessAware } from '../../src/trainer/training/optimizers/sharpness-aware.js';
import { checkInputs, toTensors } from '../../src/trainer/graph/program/step-inputs.js';
import { ownValue } from '../../src/trainer/graph/program/program.js';
import { tf } from '../../src/trainer/graph/native/tensorflow.js';
import { smallTrial, type Changes } from './small-trial.js';
import { adam } from './graph/optimizers.js';
import { assertEqualStates } from './graph/step-suite.js';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'precision-'));
  for (const name of ['cache', 'checkpoints']) mkdirSync(path.join(folder, name));
});
after(() => rmSync(folder, { recursive: true }));

const SETTINGS = { unfreeze: 'last-1-blocks', train_samples: 18, validation_samples: 10, epochs: 2 };

const open = (changes: Changes) => ClassifierTrial.open(smallTrial(folder, { ...SETTINGS, ...changes }, {}));

describe('the precision of a trial', () => {
  it('is near float32 in bfloat16, and continues bit for bit from a saved state', async () => {
    const wide = await open({});
    const narrow = await open({ precision: 'bfloat16' });
    const other = await open({ precision: 'bfloat16' });
    try {
      const [{ metrics: expected }, { metrics: first }] = [await wide.runEpoch(1), await narrow.runEpoch(1)];
      assert.deepEqual([wide.step.kind, narrow.step.kind], ['compiled', 'compiled']);
      assert.notEqual(first['loss'], expected['loss']);
      assert.ok(Math.abs(first['loss']! / expected['loss']! - 1) < 0.1, `${first['loss']} ${expected['loss']}`);
      other.step.restore(narrow.step.read());
      const [second, continued] = [await narrow.runEpoch(2), await other.runEpoch(2)];
      assert.equal(continued.metrics['loss'], second.metrics['loss']);
      assertEqualStates(other.step.read(), narrow.step.read());
    } finally {
      for (const trial of [wide, narrow, other]) trial.close();
    }
  });

  it('cannot be float16 without a GPU', async () => {
    await assert.rejects(open({ precision: 'float16' }), { code: 'PARAMETER_INVALID', hint: /Use bfloat16/ });
  });
});

describe('the gradients of a classifier', () => {
  it('do not depend on the loss scale, also with sharpness-aware minimization', () => {
    const [classes, batchSize, imageSize] = [3, 2, 32];
    const model = buildModel({ backbone: 'b0', unfreeze: 'head', classes, seed: 0 });
    const loss = { kind: 'softmax', gamma: 2, labelSmoothing: 0, alpha: 'none', classBalanceBeta: 0 } as const;
    const plain = classifierProgram({
      ...{ model, optimizer: adam, loss: loss.kind, classes, batchSize, imageSize },
      ...{ accumulates: false, precision: 'float16' },
    });
    const given = {
      images: Float32Array.from({ length: batchSize * imageSize ** 2 * 3 }, (_, index) => (index * 37) % 256),
      targets: Float32Array.of(1, 0, 0, 0, 1, 0),
      sample_weights: Float32Array.of(1, 1),
      ...{ learning_rate: 1e-3, layer_decay: 1, dropout: 0.2, drop_connect: 0.2, statistics_momentum: 0.99, rho: 0.05 },
      ...lossFeeds(loss, [1, 1, 1]),
      ...adam.inputs(0),
      random_seed: Int32Array.of(1, 2),
    };
    tf.tidy(() => {
      for (const program of [plain, sharpnessAware(plain)]) {
        const { rho, ...others } = given;
        const inputs = toTensors(checkInputs(program.inputs, 'rho' in program.inputs ? { ...others, rho } : others));
        const [expected, scaled] = [inputs, { ...inputs, loss_scale: tf.scalar(2 ** 15) }].map((inputs) => {
          const { gradients, outputs } = program.train(inputs, ownValue);
          return [...gradients.values(), outputs['losses']!].map((tensor) => tensor.dataSync());
        });
        // Scaling by a power of two does not round.
        assert.deepEqual(scaled, expected);
        assert.ok(expected![0]!.some((value) => value !== 0));
      }
    });
    model.dispose();
  });
});
