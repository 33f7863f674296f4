import { InputError } from '../../../core/errors.js';
import { lossScaleScalars } from './loss-scale.js';
import { ownValue, type Optimizer, type Program, type StepState, type ValueOf } from './program.js';
import { elementCount } from './shape.js';
import type { Tensor } from '../native/tensorflow.js';

/** One array of a program's state: what it belongs to, its name, its shape and its initial value. */
export type StateEntry =
  | { readonly kind: 'weight'; readonly name: string; readonly shape: readonly number[]; readonly trainable: boolean }
  | {
      readonly kind: 'slot';
      readonly name: string;
      readonly shape: readonly number[];
      readonly weight: string;
      readonly slot: string;
      readonly initial: number | 'weight';
    }
  | {
      readonly kind: 'scalar';
      readonly name: string;
      readonly shape: readonly number[];
      readonly scalar: string;
      readonly initial: number;
    };

/**
 * Everything that changes from step to step, in a fixed order: weights, slots (`<weight>@<slot>`), scalars (`@<scalar>`).
 *
 * @throws InputError STEP_PROGRAM if two arrays have the same name or a weight is not float32
 */
export function listState(program: Pick<Program, 'weights' | 'optimizer' | 'precision'>): StateEntry[] {
  const entries: StateEntry[] = [];
  for (const { name, variable, trainable } of program.weights) {
    if (variable.dtype !== 'float32') {
      throw new InputError(
        'STEP_PROGRAM',
        `weight "${name}" is ${variable.dtype}; only float32 can be trained and kept`,
      );
    }
    entries.push({ kind: 'weight', name, shape: variable.shape, trainable });
  }
  for (const { name, variable, trainable } of program.weights) {
    if (!trainable) continue;
    for (const { name: slot, initial } of program.optimizer.slots) {
      entries.push({ kind: 'slot', name: slotName(name, slot), shape: variable.shape, weight: name, slot, initial });
    }
  }
  for (const { name: scalar, initial } of [...program.optimizer.scalars, ...lossScaleScalars(program)]) {
    entries.push({ kind: 'scalar', name: scalarName(scalar), shape: [], scalar, initial });
  }
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) throw new InputError('STEP_PROGRAM', `two arrays of the state are called "${name}"`);
    seen.add(name);
  }
  return entries;
}

export function slotName(weight: string, slot: string): string {
  return `${weight}@${slot}`;
}

export function scalarName(scalar: string): string {
  return `@${scalar}`;
}

/** The values that evaluation uses: the weights, or the optimizer slot that replaces them (EMA). */
export function evaluatedValue({ evaluates }: Optimizer, slotOf: (name: string) => Tensor): ValueOf {
  if (evaluates === undefined) return ownValue;
  return ({ name, variable, trainable }) => (trainable ? slotOf(slotName(name, evaluates)) : variable);
}

/** The state before the first step: current values of the weights, initial values of slots and scalars. */
export function initialState(program: Program, entries: readonly StateEntry[]): StepState {
  return new Map(entries.map((entry) => [entry.name, { shape: entry.shape, values: initialValues(program, entry) }]));
}

export function initialValues(program: Program, entry: StateEntry): Float32Array {
  if (entry.kind !== 'weight' && entry.initial !== 'weight') {
    return new Float32Array(elementCount(entry.shape)).fill(entry.initial);
  }
  const name = entry.kind === 'slot' ? entry.weight : entry.name;
  const { variable } = program.weights.find((weight) => weight.name === name)!;
  return variable.dataSync<'float32'>().slice();
}

/**
 * Checks that a state is complete before it is restored, so that a failed restore changes nothing.
 *
 * @throws InputError STEP_STATE, listing all names that are missing or unknown and all shapes or lengths that differ
 */
export function checkState(entries: readonly Pick<StateEntry, 'name' | 'shape'>[], state: StepState): void {
  const problems: string[] = [];
  for (const { name, shape } of entries) {
    const found = state.get(name);
    if (found === undefined) problems.push(`"${name}" is missing`);
    else if (found.shape.join() !== shape.join()) {
      problems.push(`"${name}" has shape [${found.shape.join(', ')}], not [${shape.join(', ')}]`);
    } else if (found.values.length !== elementCount(shape)) {
      problems.push(`"${name}" has ${found.values.length} values, not ${elementCount(shape)}`);
    }
  }
  const known = new Set(entries.map(({ name }) => name));
  for (const name of state.keys()) if (!known.has(name)) problems.push(`"${name}" is unknown`);
  if (problems.length === 0) return;
  const shown = problems.slice(0, 5).join('; ');
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
  throw new InputError('STEP_STATE', `the state does not fit the program: ${shown}${more}`, {
    hint: 'It was written with another model or optimizer. Start the trial from the beginning.',
  });
}
