import type { ParameterPassing, ProgramDefinition } from '../../core/trainer/program.js';
import type { Spelling } from '../checks/checks.js';
import {
  declaredParameters,
  isMapping,
  readParameter,
  type DeclaredParameter,
  type Mapping,
} from '../read-parameters.js';
import { memoryBytes } from './memory-size.js';
import { PROGRAM_OBJECTIVE } from './program-schema.js';

/** W&B's default. */
const DEFAULT_COMMAND = ['${env}', '${interpreter}', '${program}', '${args}'];

/**
 * The program of a sweep with `program` or `command`, defaults filled in. What is not valid in the sweep may be anything here.
 *
 * @param hasSeedParameter - whether `seed` was written as a parameter, see `liftSeed`
 */
export function readProgram(sweep: Mapping, spelling: Spelling, hasSeedParameter: boolean): ProgramDefinition {
  const { program, command, interpreter, cwd, metrics, reporter, program_files: files, version, resources } = sweep;
  return {
    program: program as string | undefined,
    command: Array.isArray(command) ? command.map(word) : DEFAULT_COMMAND,
    interpreter: interpreter as string | undefined,
    cwd: (cwd as ProgramDefinition['cwd'] | undefined) ?? 'file',
    metrics: (metrics as ProgramDefinition['metrics'] | undefined) ?? {},
    reporter: reporter as ProgramDefinition['reporter'],
    programFiles: (files as readonly string[] | undefined) ?? [],
    version: (version as ProgramDefinition['version'] | undefined) ?? 'files',
    memoryBytes: isMapping(resources) ? memoryBytes(String(resources['memory'])) : undefined,
    passing: passingOf(declaredParameters(sweep), spelling, hasSeedParameter),
  };
}

/** Notes on a valid sweep with a program. */
export function programNotes(sweep: Mapping): string[] {
  if ('metric' in sweep) return [];
  const { metric } = PROGRAM_OBJECTIVE;
  return [`no \`metric\` is set: trials are ranked by ${metric}, lowest first, if the program reports it`];
}

/** A word of a command as W&B's agent, a Python program, writes it. */
const word = (written: unknown): string =>
  typeof written === 'boolean' ? (written ? 'True' : 'False') : String(written);

function passingOf(
  declared: readonly DeclaredParameter[],
  spelling: Spelling,
  hasSeedParameter: boolean,
): ParameterPassing {
  const nested = declared.filter(({ path }) => path.length > 2);
  return {
    nested: Object.fromEntries(
      nested.map(({ name, path }) => [name, path.filter((_, index) => index % 2 === 1).map(String)]),
    ),
    floats: declared.filter((parameter) => takesFloats(parameter, spelling)).map(({ name }) => name),
    seed: hasSeedParameter,
  };
}

/** Whether a parameter's whole numbers are floats in Python: drawn from a continuous range, or written with a point. */
function takesFloats({ path, form }: DeclaredParameter, spelling: Spelling): boolean {
  if (!isMapping(form)) return false;
  const { value, values } = form;
  if (Array.isArray(values)) {
    const whole = values.flatMap((each, index) => (Number.isInteger(each) ? [[...path, 'values', index]] : []));
    return whole.length > 0 && whole.every((place) => !spelling.isWhole(place));
  }
  if ('value' in form) return Number.isInteger(value) && !spelling.isWhole([...path, 'value']);
  const isWhole = (key: string): boolean => !(key in form) || spelling.isWhole([...path, key]);
  const domain = readParameter(form, (key) => spelling.isWhole([...path, key]));
  if (domain.kind === 'int_uniform') return false;
  // W&B rounds to whole numbers where `q` is one.
  return !domain.kind.startsWith('q_') || !isWhole('q');
}
