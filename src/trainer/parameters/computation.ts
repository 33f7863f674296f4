import type { ParameterGroup, ParameterReader } from './reader.js';

/** How the arithmetic is carried out. */
export interface ComputationSettings {
  readonly compile: boolean;
}

export const computationParameters: ParameterGroup = {
  compile: {
    description:
      'Run each step as one TensorFlow graph. false runs it op by op: the same results, several times slower.',
    type: 'boolean',
    default: true,
  },
};

export function readComputationSettings(read: ParameterReader): ComputationSettings {
  return { compile: read.boolean('compile') };
}
