import { parameterInvalid, type ParameterGroup, type ParameterReader } from './reader.js';

/** Data type of convolutions and matrix products. Weights, statistics and updates are float32 in every case. */
export type Precision = 'float32' | 'bfloat16' | 'float16';

/** How the arithmetic is carried out. */
export interface ComputationSettings {
  readonly compile: boolean;
  readonly precision: Precision;
}

export const computationParameters: ParameterGroup = {
  compile: {
    description:
      'Run each step as one TensorFlow graph. false runs it op by op: the same results, several times slower.',
    type: 'boolean',
    default: true,
  },
  precision: {
    description:
      'What convolutions and matrix products are computed in where that is faster; weights and updates are float32 always. float16 needs a GPU.',
    enum: ['float32', 'bfloat16', 'float16'],
    default: 'float32',
  },
};

/** @throws InputError PARAMETER_INVALID where a precision other than float32 is asked of a step that is not compiled. */
export function readComputationSettings(read: ParameterReader): ComputationSettings {
  const compile = read.boolean('compile');
  const precision = read.string('precision') as Precision;
  if (!compile && precision !== 'float32') {
    throw parameterInvalid('precision', precision, 'With compile: false every step is float32: leave one of them out.');
  }
  return { compile, precision };
}
