import { InputError } from '../../../core/errors.js';
import type { NamedTensors, Program, TrainOutcome } from './program.js';

/**
 * Checks what a program returned: one gradient per trainable weight, and assignments only to weights that are not trainable.
 *
 * @throws InputError STEP_PROGRAM
 */
export function checkOutcome(program: Program, outcome: TrainOutcome): TrainOutcome {
  checkOutputs(outcome.outputs);
  for (const weight of program.weights) {
    const { name, variable, trainable } = weight;
    const [given, other] = trainable
      ? (['gradients', 'assignments'] as const)
      : (['assignments', 'gradients'] as const);
    const value = outcome[given].get(weight);
    if (trainable && value === undefined) fail(`trainable weight "${name}" has no gradient`);
    if (outcome[other].has(weight)) fail(`weight "${name}" is among the ${other}, but trainable is ${trainable}`);
    if (value !== undefined && (value.dtype !== 'float32' || value.shape.join() !== variable.shape.join())) {
      fail(
        `"${name}" is [${variable.shape.join(', ')}], its ${given.slice(0, -1)} ${value.dtype} [${value.shape.join(', ')}]`,
      );
    }
  }
  const known = new Set(program.weights);
  for (const weight of [...outcome.gradients.keys(), ...outcome.assignments.keys()]) {
    if (!known.has(weight)) fail(`"${weight.name}" is not among the program's weights`);
  }
  return outcome;
}

/** @throws InputError STEP_PROGRAM if the program does not accumulate gradients */
export function requireAccumulation({ accumulates = false }: Pick<Program, 'accumulates'>): void {
  if (!accumulates) fail('accumulating gradients of several batches needs `accumulates: true`');
}

/** @throws InputError STEP_PROGRAM if an output is neither float32 nor int32 */
export function checkOutputs(outputs: NamedTensors): NamedTensors {
  for (const [name, { dtype }] of Object.entries(outputs)) {
    if (dtype !== 'float32' && dtype !== 'int32') fail(`output "${name}" is ${dtype}, not float32 or int32`);
  }
  return outputs;
}

function fail(problem: string): never {
  throw new InputError('STEP_PROGRAM', `the program cannot be run as a step: ${problem}`);
}
