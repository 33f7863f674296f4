import { createEagerStep } from '../../../../src/trainer/graph/running/eager-step.js';
import { describeStep } from '../step-suite.js';

describeStep('a step run op by op', createEagerStep);
