import type { Distribution } from '../../../src/core/space/distribution.js';
import { describeSampler } from './sampler-suite.js';

const integers = (min: number, max: number): Distribution => ({ kind: 'int_uniform', min, max });
const rate: Distribution = { kind: 'log_uniform_values', min: 1e-5, max: 0.1 };
const loss: Distribution = { kind: 'categorical', values: ['focal', 'cross_entropy', null] };
const weighted: Distribution = {
  kind: 'categorical_w_probabilities',
  values: [16, 32, 64],
  probabilities: [0.8, 0.1, 0.1],
};

describeSampler('grid', {
  countable: { method: 'grid', axes: { loss, size: integers(1, 7) } },
  huge: { method: 'grid', axes: { a: integers(1, 1e4), b: integers(1, 1e4), c: integers(1, 7) } },
});

describeSampler('random, of equally likely values', {
  countable: { method: 'random', axes: { loss, size: integers(1, 7) } },
  huge: { method: 'random', axes: { loss, size: integers(1, 1e9) } },
});

describeSampler('random, of likely and unlikely values', {
  countable: { method: 'random', axes: { loss, size: weighted } },
  huge: { method: 'random', axes: { size: weighted, more: integers(1, 1e9) } },
});

describeSampler('sobol, of countable values', {
  countable: { method: 'sobol', axes: { loss, size: weighted } },
  huge: { method: 'sobol', axes: { size: weighted, more: integers(1, 1e9) } },
});

describeSampler('sobol, of continuous values', {
  huge: { method: 'sobol', axes: { loss, rate } },
});

describeSampler('bayes', {
  countable: { method: 'bayes', axes: { loss, size: integers(1, 7) } },
  huge: { method: 'bayes', axes: { loss, rate } },
  isSlow: true,
});

describeSampler('bayes, with a Parzen estimator', {
  countable: { method: 'bayes', sampling: { surrogate: 'tpe' }, axes: { loss, size: weighted } },
  huge: {
    method: 'bayes',
    sampling: { surrogate: 'tpe' },
    axes: { loss, size: integers(1, 9), rate },
  },
});

describeSampler('evolution', {
  countable: { method: 'evolution', axes: { loss, size: integers(1, 7) } },
  huge: { method: 'evolution', axes: { loss, size: integers(1, 9), rate } },
});

describeSampler('cma-es', {
  countable: { method: 'cma-es', axes: { size: integers(1, 7), more: weighted } },
  huge: { method: 'cma-es', axes: { size: integers(1, 9), rate } },
});

describeSampler('random, of continuous values', {
  huge: { method: 'random', axes: { loss, rate } },
});
