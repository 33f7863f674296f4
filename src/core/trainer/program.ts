/** A program that trains, as a sweep file describes it: plain data. */
export interface ProgramDefinition {
  /** Path or name of the program as written; `undefined` if `command` alone says what to run. */
  readonly program: string | undefined;
  /** The command line, one word per entry; entries such as `${args}` are macros. */
  readonly command: readonly string[];
  /** What `${interpreter}` stands for; default: chosen by the program's extension. */
  readonly interpreter: string | undefined;
  /** Where it runs: in the sweep file's folder, or in a folder of each trial's own. Default `file`. */
  readonly cwd: 'file' | 'trial';
  /** Regular expressions by metric: the first group of a match in what the program prints is the metric's value. Default none. */
  readonly metrics: Readonly<Record<string, string>>;
  /** Whose calls in the program report metrics; default: it prints them, or speaks the protocol. */
  readonly reporter: 'wandb' | undefined;
  /** Files and folders that belong to the program's version, besides its own file. Paths from the sweep file's folder. */
  readonly programFiles: readonly string[];
  /** What identifies the program: the content of its files, or the git commit of the sweep file's folder. Default `files`. */
  readonly version: 'files' | 'git';
  /** A trial whose processes use more memory, in bytes, fails. Default: no limit. */
  readonly memoryBytes: number | undefined;
  readonly passing: ParameterPassing;
}

/** What a program's command line says about parameters beyond their names and values. */
export interface ParameterPassing {
  /** By name, the keys of a parameter that is nested: `{'optimizer.lr': ['optimizer', 'lr']}`. */
  readonly nested: Readonly<Record<string, readonly string[]>>;
  /** Names of parameters whose whole numbers are passed with a point: `1.0`. */
  readonly floats: readonly string[];
  /** Whether the file declares `seed` as a parameter, so that the seed is passed as one. */
  readonly seed: boolean;
}

/** Macros of a command line, as W&B has them; `seed` is this program's own. `${envvar:NAME}` is none: it may stand within a word. */
export const PROGRAM_MACROS = [
  ...['env', 'interpreter', 'program'],
  ...['args', 'args_no_equals', 'args_no_hyphens', 'args_no_boolean_flags', 'args_append_hydra', 'args_override_hydra'],
  ...['args_json', 'args_json_file', 'seed'],
] as const;

export type ProgramMacro = (typeof PROGRAM_MACROS)[number];

/** The macro that a word of a command is, `undefined` for an ordinary word. It may be one that does not exist. */
export const macroOf = (word: string): string | undefined => /^\$\{(?!envvar:)(.*)\}$/.exec(word)?.[1];
