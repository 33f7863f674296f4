import { extname, isAbsolute, resolve } from 'node:path';
import type { ProgramDefinition } from '../core/trainer/program.js';
import type { TrainerDescription } from '../core/trainer/trainer-description.js';
import { commandLine, shellText } from './command/command-line.js';
import { interpreterFor } from './command/interpreter.js';
import type { ProgramSettings } from './program-settings.js';
import { programVersion } from './command/program-version.js';

export interface ProgramPlace {
  /** Absolute: the sweep file's folder. */
  readonly folder: string;
  /** The metric that ranks trials. */
  readonly objective: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** The part of a trainer's description that a program decides. @throws as `programVersion` does */
export async function describeProgram(
  definition: ProgramDefinition,
  { folder, objective, environment }: ProgramPlace,
): Promise<Pick<TrainerDescription, 'name' | 'version' | 'files' | 'url' | 'settings' | 'commandOf'>> {
  const { command, cwd, metrics: patterns, reporter, memoryBytes, passing } = definition;
  const version = await programVersion(definition, folder);
  const words = { ...(await wordsOf(definition, folder, environment)), command, passing };
  const name = definition.program ?? command.join(' ');
  return {
    name,
    ...version,
    url: new URL(`./train-program${extname(import.meta.url)}`, import.meta.url).href,
    settings: { ...words, name, folder, cwd, patterns, reporter, memoryBytes, objective } satisfies ProgramSettings,
    commandOf: ({ params, seed }) =>
      shellText(commandLine({ ...words, params, seed, argumentsFile: ARGUMENTS_FILE, environment })),
  };
}

/** What stands for the path that a trial's own folder decides. */
const ARGUMENTS_FILE = 'TRIAL/args.json';

async function wordsOf(
  { program, interpreter, command, cwd }: ProgramDefinition,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<Pick<ProgramSettings, 'program' | 'interpreter'>> {
  const place = (written: string): string =>
    cwd === 'trial' && !isAbsolute(written) ? resolve(folder, written) : written;
  // A module after `-m` is no path.
  const isModule = command[command.indexOf('${program}') - 1] === '-m';
  const path = program === undefined || isModule ? program : place(program);
  if (interpreter !== undefined) {
    return { program: path, interpreter: [interpreter.includes('/') ? place(interpreter) : interpreter] };
  }
  const words = program === undefined ? [] : await interpreterFor(resolve(folder, program), environment);
  // The shell and `env` look for a name without a slash on the PATH.
  const isBare = words.length === 0 && path !== undefined && !path.includes('/');
  return { program: isBare ? `./${path}` : path, interpreter: words };
}
