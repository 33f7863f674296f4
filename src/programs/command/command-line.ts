import type { Params } from '../../core/parameters.js';
import { macroOf, type ParameterPassing, type ProgramMacro } from '../../core/trainer/program.js';
import { Float, pythonJson, pythonStr, type PythonValue } from './python-text.js';

/** What a command line is made from. */
export interface CommandParts {
  /** One word per entry, with macros. */
  readonly command: readonly string[];
  readonly program: string | undefined;
  /** Words that `${interpreter}` stands for; none for a program that is executed itself. */
  readonly interpreter: readonly string[];
  readonly passing: ParameterPassing;
  readonly params: Params;
  readonly seed: number;
  /** Where `argumentsJson` lies, for `${args_json_file}`. */
  readonly argumentsFile: string;
  /** For `${envvar:NAME}`. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The words of a program's command line, as W&B's agent makes them (`wandb/wandb_agent.py` and
 * `wandb/sdk/launch/sweeps/utils.py` of version 0.31): parameters sorted by name, values as Python's `str` writes them. A macro is
 * a whole word; only `${envvar:NAME}` may stand within one, and a variable that is not set becomes its name.
 */
export function commandLine(parts: CommandParts): string[] {
  const args = argumentsOf(parts);
  const words = (macro: ProgramMacro): readonly string[] => {
    switch (macro) {
      case 'env':
        return ['/usr/bin/env'];
      case 'interpreter':
        return parts.interpreter;
      case 'program':
        return parts.program === undefined ? [] : [parts.program];
      case 'args':
        return each(args, (name, text) => [`--${name}=${text}`]);
      case 'args_no_equals':
        return each(args, (name, text) => [`--${name}`, text]);
      case 'args_no_hyphens':
        return each(args, (name, text) => [`${name}=${text}`]);
      case 'args_append_hydra':
        return each(args, (name, text) => [`+${name}=${text}`]);
      case 'args_override_hydra':
        return each(args, (name, text) => [`++${name}=${text}`]);
      case 'args_no_boolean_flags':
        return each(args, (name, text, value) =>
          value === true ? [`--${name}`] : value === false ? [] : [`--${name}=${text}`],
        );
      case 'args_json':
        return [pythonJson(args)];
      case 'args_json_file':
        return [parts.argumentsFile];
      case 'seed':
        return [String(parts.seed)];
    }
  };
  return parts.command
    .map((written) => withVariables(written, parts.environment))
    .flatMap((word) => {
      const macro = macroOf(word);
      return macro === undefined ? [word] : words(macro as ProgramMacro);
    });
}

/** The parameters as `${args_json}` has them: an object in JSON, nested parameters as objects. */
export const argumentsJson = (parts: Pick<CommandParts, 'params' | 'passing' | 'seed'>): string =>
  pythonJson(argumentsOf(parts));

/** A command line as one would type it into a shell. */
export const shellText = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');

type Arguments = Map<string, PythonValue>;

function argumentsOf({ params, passing, seed }: Pick<CommandParts, 'params' | 'passing' | 'seed'>): Arguments {
  const given = passing.seed ? { ...params, seed } : params;
  const floats = new Set(passing.floats);
  const args: Arguments = new Map();
  for (const name of Object.keys(given).sort()) {
    const value = given[name]!;
    const keys = passing.nested[name] ?? [name];
    let group = args;
    for (const key of keys.slice(0, -1)) {
      const inner = group.get(key);
      const next = inner instanceof Map ? (inner as Arguments) : new Map<string, PythonValue>();
      group.set(key, next);
      group = next;
    }
    const isFloat = floats.has(name) && Number.isInteger(value);
    group.set(keys.at(-1)!, isFloat ? new Float(value as number) : value);
  }
  return args;
}

const each = (
  args: Arguments,
  write: (name: string, text: string, value: PythonValue) => readonly string[],
): string[] => [...args].flatMap(([name, value]) => write(name, pythonStr(value), value));

const withVariables = (word: string, environment: NodeJS.ProcessEnv): string =>
  word.replace(/\$\{envvar:([A-Z0-9_]*)\}/g, (_, name: string) => environment[name] ?? name);
