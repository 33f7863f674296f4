import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Argv, CommandModule, Options, PositionalOptions } from 'yargs';
import type { OptionTable } from './sweep-options.js';

/** The arguments of a command as tables. yargs builds its parser from them; simple command lines are parsed without yargs. */
export interface ArgumentTables {
  /** In their order. Those in angle brackets in `command` are required. */
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly options: OptionTable;
}

/** A command that only reads. It should answer at once, and loading yargs would take half of its time. */
export type ReadingCommand<T> = CommandModule<object, T> & { readonly takes: ArgumentTables };

/** The yargs builder of a command with these arguments. */
export const buildFrom =
  <T>({ positionals, options }: ArgumentTables) =>
  (yargs: Argv): Argv<T> => {
    for (const [name, positional] of Object.entries(positionals)) yargs.positional(name, positional);
    return yargs.options(options) as Argv as Argv<T>;
  };

/**
 * Parses a simple command line (`--count 5`, `-n 5`, `--json`) exactly as yargs would. `undefined` for any other: help, mistakes
 * and special cases are left to yargs.
 */
export function plainArguments(
  { command, takes: { positionals, options } }: ReadingCommand<never>,
  words: readonly string[],
): Readonly<Record<string, unknown>> | undefined {
  if (words.some((word) => word === '' || word === '--' || /^["']/.test(word))) return undefined;
  const given = split(words, options);
  const names = Object.keys(positionals);
  const required = String(command).match(/<\w+>/g)?.length ?? 0;
  if (!given || given.positionals.length < required || given.positionals.length > names.length) return undefined;
  const values = new Map<string, unknown>();
  for (const [index, name] of names.entries()) values.set(name, valueOf(positionals[name]!, given.positionals[index]));
  for (const [name, option] of Object.entries(options)) values.set(name, valueOf(option, given.values[name]));
  if ([...values.values()].includes(UNCLEAR)) return undefined;
  return Object.fromEntries(values);
}

const UNCLEAR = Symbol('unclear');

interface Given {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

function split(words: readonly string[], table: OptionTable): Given | undefined {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, { boolean, alias }] of Object.entries(table)) {
    options[name] = { type: boolean ? 'boolean' : 'string', ...(typeof alias === 'string' && { short: alias }) };
  }
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
      tokens: true,
    });
    const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    // yargs decides about an option that is given twice.
    if (new Set(names).size < names.length) return undefined;
    return { values: values as Given['values'], positionals };
  } catch {
    return undefined;
  }
}

type ValueOptions = Pick<Options, 'choices' | 'coerce' | 'default' | 'number' | 'type'>;

function valueOf(option: ValueOptions, given: string | boolean | undefined): unknown {
  const { choices, coerce, number = option.type === 'number' } = option;
  if (given === undefined) return option.default;
  if (given === '' || (number && !/^(0|[1-9]\d{0,14})$/.test(String(given)))) return UNCLEAR;
  if (choices && !(choices as readonly unknown[]).includes(given)) return UNCLEAR;
  const value = number ? Number(given) : given;
  return coerce ? (coerce(value) as unknown) : value;
}
