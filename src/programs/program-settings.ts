import type { ParameterPassing } from '../core/trainer/program.js';

/** How the trials of a sweep run their program: what the trainer of programs gets as `TrainingContext.settings`. Plain data. */
export interface ProgramSettings {
  /** For messages: `train.py`. */
  readonly name: string;
  /** One word per entry, with macros. */
  readonly command: readonly string[];
  /** What `${program}` stands for. */
  readonly program: string | undefined;
  /** What `${interpreter}` stands for; empty for a program that is executed itself. */
  readonly interpreter: readonly string[];
  readonly passing: ParameterPassing;
  /** Absolute: the sweep file's folder. */
  readonly folder: string;
  readonly cwd: 'file' | 'trial';
  /** Regular expressions by metric, see `ProgramDefinition.metrics`. */
  readonly patterns: Readonly<Record<string, string>>;
  readonly reporter: 'wandb' | undefined;
  /** See `ProgramDefinition.memoryBytes`. */
  readonly memoryBytes: number | undefined;
  /** The metric that ranks trials. */
  readonly objective: string;
}
