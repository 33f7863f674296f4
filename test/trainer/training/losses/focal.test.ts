import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { focalLoss } from '../../../../src/trainer/training/losses/focal.js';
import { tf, type Tensor } from '../../../../src/trainer/graph/native/tensorflow.js';
import { assertClose, assertNoLeak } from '../../tensors.js';

const rows = [
  [0.2, -1.3, 0.7],
  [2.5, 0.1, -0.4],
  [-3, 4, 0.5],
  [0, 0, 0],
];
const labels = [2, 0, 0, 1];

const oneHot = (labels: number[], classes: number): Tensor => tf.oneHot(labels, classes).cast('float32');

/** Losses and the gradients of their sum in the logits, by TensorFlow and by the formula in float64. */
function computed(logits: number[][], labels: number[], gamma: number) {
  const results: Float32Array[] = [];
  tf.tidy(() => {
    const x = tf.tensor2d(logits);
    const loss = (x: Tensor) => focalLoss(x, oneHot(labels, logits[0]!.length), tf.scalar(gamma));
    for (const tensor of [loss(x), tf.grad((x: Tensor) => loss(x).sum())(x)]) {
      results.push(tensor.dataSync<'float32'>().slice());
    }
  });
  return { losses: results[0]!, gradients: results[1]! };
}

function expected(logits: number[][], labels: number[], gamma: number) {
  const losses: number[] = [];
  const gradients: number[] = [];
  for (const [row, label] of labels.entries()) {
    const scores = logits[row]!;
    const probabilities = scores.map((score) => Math.exp(score) / scores.reduce((sum, s) => sum + Math.exp(s), 0));
    const p = probabilities[label]!;
    losses.push(-((1 - p) ** gamma) * Math.log(p));
    const slope = gamma * (1 - p) ** (gamma - 1) * p * Math.log(p) - (1 - p) ** gamma;
    gradients.push(...probabilities.map((q, index) => slope * (Number(index === label) - q)));
  }
  return { losses, gradients };
}

describe('focal loss', () => {
  for (const gamma of [0, 0.5, 1, 2, 5]) {
    it(`has the value and gradient of its formula at gamma ${gamma}`, () => {
      const actual = computed(rows, labels, gamma);
      assertClose(actual.losses, expected(rows, labels, gamma).losses, 1e-6);
      assertClose(actual.gradients, expected(rows, labels, gamma).gradients, 1e-6);
    });
  }

  it('is cross-entropy at gamma 0', () => {
    const crossEntropy = tf.losses.softmaxCrossEntropy(
      tf.oneHot(labels, 3),
      tf.tensor2d(rows),
      1,
      0,
      tf.Reduction.NONE,
    );
    assertClose(computed(rows, labels, 0).losses, crossEntropy.dataSync(), 1e-6);
  });

  it('reduces the loss of well classified images by the factors in the paper', () => {
    // Section 3.2: at gamma 2, p = 0.9 counts 100 times less than in cross-entropy, p = 0.968 about 1000 times.
    for (const [p, times] of [
      [0.9, 100],
      [0.968, 1000],
    ] as const) {
      const logits = [[Math.log(p), Math.log(1 - p)]];
      const ratio = computed(logits, [0], 0).losses[0]! / computed(logits, [0], 2).losses[0]!;
      assert.ok(Math.abs(ratio / times - 1) < 0.03, `${ratio}`);
    }
  });

  for (const gamma of [0, 0.3, 1, 2]) {
    it(`stays finite for extreme logits at gamma ${gamma}`, () => {
      const sure = [1000, 0, -1000];
      const { losses, gradients } = computed([sure, sure, sure, [20, 0, 0], [1e-3, 0, 1e30]], [0, 1, 2, 0, 2], gamma);
      assertClose(losses.subarray(0, 3), [0, 1000, 2000], 1e-6);
      assert.ok([...losses, ...gradients].every(Number.isFinite));
      assertClose(gradients.subarray(0, 9), [0, 0, 0, 1, -1, 0, 1, 0, -1], 1e-6);
    });
  }

  it('goes to zero smoothly as the true class becomes certain', () => {
    const p = 1 / (1 + 2 * Math.exp(-12));
    const { losses, gradients } = computed([[12, 0, 0]], [0], 0.5);
    assert.ok(Math.abs(losses[0]! / (-Math.sqrt(1 - p) * Math.log(p)) - 1) < 0.02);
    assert.ok(Math.abs(gradients[0]! / expected([[12, 0, 0]], [0], 0.5).gradients[0]! - 1) < 0.02);
  });

  it('is, for a mixed target, the weighted sum over its classes', () => {
    const mixed = tf.tidy(() => {
      const [first, second] = [oneHot(labels, 3), oneHot([1, 2, 1, 0], 3)];
      const targets = first.mul(0.7).add(second.mul(0.3));
      const loss = (x: Tensor) => focalLoss(x, targets, tf.scalar(1.5));
      const x = tf.tensor2d(rows);
      return [loss(x), tf.grad((x: Tensor) => loss(x).sum())(x)].map((tensor) => tensor.dataSync<'float32'>());
    });
    const [first, second] = [expected(rows, labels, 1.5), expected(rows, [1, 2, 1, 0], 1.5)];
    const blend = (a: number[], b: number[]) => a.map((value, index) => 0.7 * value + 0.3 * b[index]!);
    assertClose(mixed[0]!, blend(first.losses, second.losses), 1e-6);
    assertClose(mixed[1]!, blend(first.gradients, second.gradients), 1e-6);
  });

  it('leaks no tensors', () => {
    const [x, truth, gamma] = [tf.tensor2d(rows), oneHot(labels, 3), tf.scalar(2)] as const;
    assertNoLeak(() => tf.dispose(tf.grad((x: Tensor) => focalLoss(x, truth, gamma).sum())(x)));
  });
});
