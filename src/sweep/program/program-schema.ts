import type { Objective } from '../../core/objective.js';
import { MEMORY_SIZE } from './memory-size.js';
import type { JsonSchema } from '../schema/parameter-schema.js';

/** Keys of a sweep file that say how a program is run. */
export const PROGRAM_SCHEMA: JsonSchema = {
  program: {
    type: 'string',
    minLength: 1,
    description: "Program that trains, in any language: a path from this file's folder.",
  },
  command: {
    type: 'array',
    minItems: 1,
    items: { type: ['string', 'number', 'boolean'], description: 'A word or a macro.' },
    default: ['${env}', '${interpreter}', '${program}', '${args}'],
    description: 'Command line of the program, a word an item, with the macros of W&B.',
  },
  interpreter: {
    type: 'string',
    minLength: 1,
    description: "What ${interpreter} stands for, such as ./.venv/bin/python. Default: by the program's extension.",
  },
  cwd: {
    enum: ['file', 'trial'],
    default: 'file',
    description: "Where the program runs: in this file's folder, or in a folder of each trial's own. Default file.",
  },
  metrics: {
    type: 'object',
    minProperties: 1,
    additionalProperties: { type: 'string', minLength: 1, description: 'A regular expression with a group.' },
    description:
      "Metrics to read from what the program prints: for each a regular expression whose first group is the value; `epoch` is the epoch's number.",
  },
  reporter: {
    enum: ['wandb'],
    description: "Whose calls in the program report metrics: wandb for W&B's, which a module of ours answers.",
  },
  resources: {
    type: 'object',
    minProperties: 1,
    description: 'What the processes of one trial may use.',
    properties: {
      memory: {
        type: 'string',
        pattern: MEMORY_SIZE,
        description:
          'A trial whose processes together use more memory fails, for example above 16GB. Default: no limit.',
      },
    },
    additionalProperties: false,
  },
  program_files: {
    type: 'array',
    minItems: 1,
    items: { type: 'string', minLength: 1, description: "A path from this file's folder." },
    description: 'Files and folders that belong to the program: when one changes, every trial is a new one.',
  },
  version: {
    enum: ['files', 'git'],
    default: 'files',
    description: 'What identifies the program: the content of its files, or the git commit. Default files.',
  },
};

/** The metric that ranks the trials of a program whose file names none. */
export const PROGRAM_OBJECTIVE: Objective = { metric: 'val_loss', goal: 'minimize' };

/** Keys that have no meaning without a program. */
export const PROGRAM_SETTINGS = Object.keys(PROGRAM_SCHEMA).filter((key) => key !== 'program' && key !== 'command');
