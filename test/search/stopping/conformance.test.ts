import { describeRule } from './rule-suite.js';

const within: readonly string[] = [];
const share = { warmUp: 0.2, maxIter: undefined, minTrials: 3, within };

describeRule({ type: 'hyperband', bands: { minIter: 1 }, eta: 3, strict: true, within });
describeRule({ type: 'hyperband', bands: { maxIter: 10, s: 2 }, eta: 2, strict: false, within: ['backbone'] });
describeRule({ type: 'asha', minIter: 1, eta: 3, unit: 'epochs', variant: 'stopping', within });
describeRule({ type: 'asha', minIter: 2, eta: 2, unit: 'seconds', variant: 'stopping', within: ['backbone'] });
describeRule({ type: 'asha', minIter: 1, eta: 3, unit: 'epochs', variant: 'promoting', within });
describeRule({ type: 'top', share: 0.3, keep: 3, maxIter: undefined, within });
describeRule({ type: 'top', share: 0.3, keep: 0.1, maxIter: undefined, within: ['backbone'] });
describeRule({ type: 'median', percentile: 50, ...share });
describeRule({ type: 'percentile', percentile: 25, ...share, within: ['backbone'] });
describeRule({ type: 'patience', patience: 2, minDelta: 0.01 });
describeRule({ type: 'threshold', lower: undefined, upper: 1.2, minIter: 2 });
describeRule({ type: 'learning-curve', confidence: 0.95, ...share });
describeRule({ type: 'wilcoxon', pValue: 0.2, minFolds: 2 });
