import { InputError } from '../../../core/errors.js';
import { tf, type Tensor } from '../native/tensorflow.js';
import type { InputSpec, Program, StepInputs } from './program.js';
import { elementCount } from './shape.js';

/** Checked inputs of a step: one typed array of the right type and length per name, in the program's order. */
export type CheckedInputs = ReadonlyMap<
  string,
  { readonly spec: InputSpec; readonly values: Float32Array | Int32Array }
>;

/**
 * Checks a step's inputs against the program's declaration.
 *
 * @throws InputError STEP_INPUTS, listing every input that is missing, unknown, or has the wrong type or length
 */
export function checkInputs(specs: Program['inputs'], inputs: StepInputs): CheckedInputs {
  const checked = new Map<string, { spec: InputSpec; values: Float32Array | Int32Array }>();
  const problems: string[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const given = inputs[name];
    if (given === undefined) {
      problems.push(`"${name}" is missing (${describe(spec)})`);
      continue;
    }
    const values = typeof given === 'number' ? toTypedArray(given, spec) : given;
    const problem = findProblem(values, spec);
    if (problem === undefined) checked.set(name, { spec, values });
    else problems.push(`"${name}" must be ${describe(spec)}, not ${problem}`);
  }
  for (const name of Object.keys(inputs)) if (!Object.hasOwn(specs, name)) problems.push(`"${name}" is not an input`);
  if (problems.length > 0) {
    throw new InputError('STEP_INPUTS', `inputs do not fit the program: ${problems.join('; ')}`, {
      hint: `The program takes ${Object.keys(specs).join(', ')}.`,
    });
  }
  return checked;
}

/** Creates the tensors that a program is run with. They share the arrays' memory. */
export function toTensors(inputs: CheckedInputs): Record<string, Tensor> {
  return Object.fromEntries(
    [...inputs].map(([name, { spec, values }]) => [name, tf.tensor(values, [...spec.shape], spec.dtype)]),
  );
}

function toTypedArray(value: number, spec: InputSpec): Float32Array | Int32Array {
  return spec.dtype === 'int32' && Number.isInteger(value) ? Int32Array.of(value) : Float32Array.of(value);
}

function findProblem(values: Float32Array | Int32Array, spec: InputSpec): string | undefined {
  const dtype = values instanceof Int32Array ? 'int32' : 'float32';
  if (dtype !== spec.dtype || values.length !== elementCount(spec.shape)) return `${values.length} of ${dtype}`;
  return undefined;
}

function describe(spec: InputSpec): string {
  return `${elementCount(spec.shape)} of ${spec.dtype}, shape [${spec.shape.join(', ')}]`;
}
