import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { balancedWeights, effectiveNumberWeights } from '../../../../src/trainer/training/losses/class-weights.js';
import { lossFeeds, lossInputs, lossOf } from '../../../../src/trainer/training/losses/loss.js';
import type { LossSettings } from '../../../../src/trainer/training/parameters/loss.js';
import { tf, type Tensor } from '../../../../src/trainer/graph/native/tensorflow.js';
import { uniform } from '../../../reference/recipe.js';
import { assertClose, assertNoLeak } from '../../tensors.js';

/** Losses and gradients of Keras and PyTorch: test/reference/losses.py made them. */
const reference = JSON.parse(
  readFileSync(new URL('../../../../../test/reference/losses.json', import.meta.url), 'utf8'),
) as Record<string, { losses: number[]; gradients: number[] }>;

const CLASSES = 3;
const logits = Float32Array.from(uniform('logits', 12), (u) => 12 * u - 6);
const oneHot = [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0];
const multi = [1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0];
const alpha = [0.25, 0.6, 0.9];

interface Case {
  readonly settings?: Partial<LossSettings>;
  readonly targets?: number[];
  readonly logits?: ArrayLike<number>;
  readonly counts?: number[];
}

/** Losses per sample, and the gradient of their sum. */
function computed({ settings = {}, targets = oneHot, counts = [1, 1, 1], ...given }: Case) {
  const all: LossSettings = {
    kind: 'softmax',
    gamma: 0,
    labelSmoothing: 0,
    alpha: 'none',
    classBalanceBeta: 0.9,
    ...settings,
  };
  const shape: [number, number] = [targets.length / CLASSES, CLASSES];
  return tf.tidy(() => {
    const specs = lossInputs(CLASSES);
    const inputs = Object.fromEntries(
      Object.entries(lossFeeds(all, counts)).map(([name, value]) => [
        name,
        tf.tensor(typeof value === 'number' ? [value] : value, [...specs[name]!.shape]),
      ]),
    );
    const x = tf.tensor2d(Float32Array.from(given.logits ?? logits), shape);
    const loss = (x: Tensor) => lossOf(all.kind, x, tf.tensor2d(targets, shape), inputs);
    const [losses, gradients] = [loss(x), tf.grad((x: Tensor) => loss(x).sum())(x)];
    return { losses: losses.dataSync<'float32'>().slice(), gradients: gradients.dataSync<'float32'>().slice() };
  });
}

const REFERENCES: Record<string, Case> = {
  crossEntropy: {},
  smoothedCrossEntropy: { settings: { labelSmoothing: 0.1 } },
  focal: { settings: { gamma: 2 } },
  smoothedFocal: { settings: { gamma: 1.5, labelSmoothing: 0.2 } },
  weightedFocal: { settings: { gamma: 2, alpha } },
  weightedSmoothedFocal: { settings: { gamma: 0.5, alpha, labelSmoothing: 0.1 } },
  sigmoidFocal: { settings: { kind: 'sigmoid', gamma: 2, alpha: [0.25, 0.25, 0.25] } },
  sigmoidFocalMulti: { settings: { kind: 'sigmoid', gamma: 1.5, alpha: [0.25, 0.25, 0.25] }, targets: multi },
  sigmoidFocalUnbalanced: { settings: { kind: 'sigmoid', gamma: 2 }, targets: multi },
};

describe('the losses', () => {
  for (const [name, given] of Object.entries(REFERENCES)) {
    it(`have the values and gradients of Keras and PyTorch: ${name}`, () => {
      const { losses, gradients } = computed(given);
      assertClose(losses, reference[name]!.losses, 2e-5);
      assertClose(gradients, reference[name]!.gradients, 2e-5);
    });
  }

  for (const gamma of [0, 0.3, 1, 2]) {
    for (const kind of ['softmax', 'sigmoid'] as const) {
      it(`stay finite for extreme logits: ${kind}, gamma ${gamma}`, () => {
        const extreme = [1e4, 0, -1e4, 1e30, -1e30, 0, -1e30, 1e30, 0, 0, 0, 0];
        for (const labelSmoothing of [0, 0.1]) {
          const given = { settings: { kind, gamma, labelSmoothing }, targets: multi, logits: extreme };
          const { losses, gradients } = computed(given);
          assert.ok([...losses, ...gradients].every(Number.isFinite), `${losses.join()} ${gradients.join()}`);
        }
      });
    }
  }

  it('are, with a sigmoid and gamma 0, the sum of binary cross-entropies', () => {
    const { losses } = computed({ settings: { kind: 'sigmoid' }, targets: multi });
    const binary = multi.map((target, place) => Math.log1p(Math.exp((1 - 2 * target) * logits[place]!)));
    assertClose(
      losses,
      [0, 3, 6, 9].map((start) => binary[start]! + binary[start + 1]! + binary[start + 2]!),
      1e-5,
    );
  });

  it('weight a sample by its class, or by the mean of its classes', () => {
    const counts = [90, 9, 1];
    const weights = effectiveNumberWeights(counts, 0.9);
    for (const kind of ['softmax', 'sigmoid'] as const) {
      const plain = computed({ settings: { kind, gamma: 1 }, counts });
      const weighed = computed({ settings: { kind, gamma: 1, alpha: 'effective' }, counts });
      assertClose(
        weighed.losses,
        plain.losses.map((loss, row) => loss * weights[[0, 2, 1, 1][row]!]!),
        1e-5,
      );
    }
    const several = { targets: multi, counts };
    const plain = computed({ ...several, settings: { kind: 'sigmoid' } });
    const weighed = computed({ ...several, settings: { kind: 'sigmoid', alpha: 'effective' } });
    const means = [(weights[0]! + weights[2]!) / 2, 1, (weights[0]! + weights[1]! + weights[2]!) / 3, weights[1]!];
    assertClose(
      weighed.losses,
      plain.losses.map((loss, row) => loss * means[row]!),
      1e-5,
    );
  });

  it('leak no tensors', () => {
    assertNoLeak(() => void computed({ settings: { kind: 'sigmoid', gamma: 2, alpha: 'balanced' }, targets: multi }));
    assertNoLeak(() => void computed({ settings: { gamma: 2, labelSmoothing: 0.1 } }));
  });
});

describe('class weights', () => {
  it('give all classes the same total weight when balanced', () => {
    const counts = [10, 40, 150];
    const shares = balancedWeights(counts).map((weight, index) => weight * counts[index]!);
    assertClose(shares, [200 / 3, 200 / 3, 200 / 3], 1e-12);
  });

  it('go from equal to balanced as beta goes from 0 to 1', () => {
    assertClose(effectiveNumberWeights([10, 40, 150], 0), [1, 1, 1], 1e-12);
    const [rare, common] = effectiveNumberWeights([10, 40], 0.9999999) as [number, number];
    assert.ok(Math.abs(rare / common - 4) < 1e-4);
    // Section 4 of arXiv 1901.05555: (1 - beta) / (1 - beta^n), normalized to a sum of the number of classes.
    const [a, b] = [0.1 / (1 - 0.9 ** 2), 0.1 / (1 - 0.9)];
    assertClose(effectiveNumberWeights([2, 1], 0.9), [(2 * a) / (a + b), (2 * b) / (a + b)], 1e-12);
  });

  it('are finite for a class without images', () => {
    assert.ok([...balancedWeights([0, 5]), ...effectiveNumberWeights([0, 5], 0.999)].every(Number.isFinite));
  });
});
