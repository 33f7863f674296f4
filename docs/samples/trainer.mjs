// Logistic regression on two noisy clouds of points, by stochastic gradient descent.
// Parameters: learning_rate, epochs, l2 (default 0). Metrics: loss, val_loss, val_accuracy.

/** @type {import('sweepwright').Train} */
export async function train({ params, seed, report, progress, signal }) {
  const { learning_rate, epochs, l2 = 0 } = params;
  const random = seededRandom(seed);
  const points = Array.from({ length: 1200 }, () => makePoint(random));
  const [training, validation] = [points.slice(0, 1000), points.slice(1000)];
  const weights = [0, 0, 0];

  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (const [step, { x, label }] of training.entries()) {
      signal.throwIfAborted();
      const error = predict(weights, x) - label;
      for (const i of weights.keys()) weights[i] -= learning_rate * (error * x[i] + l2 * weights[i]);
      progress({ epoch, epochs, step: step + 1, steps: training.length });
    }
    const right = validation.filter(({ x, label }) => predict(weights, x) > 0.5 === (label === 1));
    const metrics = {
      loss: meanLoss(weights, training),
      val_loss: meanLoss(weights, validation),
      val_accuracy: right.length / validation.length,
    };
    if ((await report({ epoch, metrics })) === 'stop') return;
  }
}

const predict = (weights, x) => 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + weights[i] * value, 0)));

function meanLoss(weights, points) {
  const losses = points.map(({ x, label }) => -Math.log(Math.abs(1 - label - predict(weights, x))));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function makePoint(random) {
  const label = random() < 0.5 ? 0 : 1;
  const noise = () => random() + random() + random() - 1.5;
  return { label, x: [1, label + noise(), noise() - label] };
}

// The same seed gives the same numbers, and so the same result.
const seededRandom = (state) => () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
