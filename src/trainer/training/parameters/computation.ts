import { parameterInvalid, type ParameterGroup, type ParameterReader } from './reader.js';

/** Data type of convolutions and matrix products. Weights, statistics and updates are always float32. */
export type Precision = 'float32' | 'bfloat16' | 'float16';

/** How steps are computed. */
export interface ComputationSettings {
  readonly compile: boolean;
  readonly precision: Precision;
}

export const computationParameters: ParameterGroup = {
  compile: {
    description:
      'Run each step as one TensorFlow graph. false: run it op by op, with the same results, several times slower.',
    type: 'boolean',
    default: true,
  },
  precision: {
    description:
      'Data type of convolutions and matrix products, used where it is faster. Weights and updates are always float32. float16 needs a GPU.',
    enum: ['float32', 'bfloat16', 'float16'],
    default: 'float32',
  },
};

/** @throws InputError PARAMETER_INVALID if `precision` is not float32 and `compile` is false */
export function readComputationSettings(read: ParameterReader): ComputationSettings {
  const compile = read.boolean('compile');
  const precision = read.string('precision') as Precision;
  if (!compile && precision !== 'float32') {
    throw parameterInvalid(
      'precision',
      precision,
      'A step with compile: false always uses float32. Remove one of the two parameters.',
    );
  }
  return { compile, precision };
}
