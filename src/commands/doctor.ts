import path from 'node:path';
import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { InputError } from '../core/errors.js';
import type { Check, CheckResult } from '../runtime/check.js';
import { cacheLimit } from '../session/running/cache-limit.js';
import { runtimeOptions } from '../session/runtime-options.js';
import { DEFAULT_DATABASE, resultFolders } from '../session/result-folders.js';
import type { OptionTable } from './sweep-options.js';

interface DoctorArgs {
  readonly db: string | undefined;
  readonly repair: boolean;
}

export const doctor: CommandModule<object, DoctorArgs> = {
  command: 'doctor',
  describe: 'Check everything a sweep needs, and say what to do about what is missing',
  builder: (yargs) => yargs.options(doctorOptions) as Argv<DoctorArgs>,
  handler: async ({ db, repair }) => {
    if (db === undefined && repair) {
      throw new InputError('USAGE', '--repair is for a database', {
        hint: 'sweep doctor --db results/sweeps.duckdb --repair',
      });
    }
    const healthy = db === undefined ? await checkMachine() : await checkRecords(db || DEFAULT_DATABASE, repair);
    if (!healthy) process.exitCode = 1;
  },
};

const doctorOptions: OptionTable = {
  db: { string: true, describe: `Check the records in a database instead [without a file: ${DEFAULT_DATABASE}]` },
  repair: { boolean: true, default: false, describe: 'With --db: put right what can be without losing anything' },
};

async function checkRecords(db: string, repair: boolean): Promise<boolean> {
  const { doctorDatabase } = await import('../session/checking/doctor-database.js');
  const write = (text: string): void => void process.stdout.write(text);
  return doctorDatabase({ db, repair, now: Date.now(), style: chalk, write });
}

async function checkMachine(): Promise<boolean> {
  let healthy = true;
  for (const check of await checks()) {
    for (const result of await check()) {
      process.stdout.write(row(result));
      if (result.status === 'fail') healthy = false;
    }
  }
  process.stdout.write(healthy ? '\nSweeps can run.\n' : '\nSweeps cannot run until what has failed is put right.\n');
  return healthy;
}

async function checks(): Promise<readonly Check[]> {
  const { checkFolder, checkNode, checkTool } = await import('../runtime/machine-checks.js');
  const { checkGpus, checkTensorflow } = await import('../runtime/tensorflow-checks.js');
  const { checkDatabase } = await import('../session/checking/check-database.js');
  const { checkTrialCache } = await import('../session/checking/check-trial-cache.js');
  const options = runtimeOptions();
  const tensorflow = await checkTensorflow(options);
  const works = tensorflow.every((result) => result.status !== 'fail');
  return [
    () => Promise.resolve(checkNode(process.versions.node)),
    () => checkTool('Compiler', 'g++', works, options.env),
    () => checkTool('pip', 'pip', works, options.env),
    () => Promise.resolve(tensorflow),
    () => (works ? checkGpus(options) : Promise.resolve([])),
    () => checkFolder('Cache', options.cache, { required: !works }),
    () => checkFolder('Results', path.resolve('results'), { required: true }),
    () => checkTrialCache(resultFolders(DEFAULT_DATABASE).cacheDir, cacheLimit(options.env)),
    () => checkDatabase(DEFAULT_DATABASE, Date.now()),
  ];
}

const COLOURS = { ok: chalk.green, warn: chalk.yellow, fail: chalk.red } as const;
const NAME_WIDTH = 14;

function row({ name, status, detail, hint }: CheckResult): string {
  const indent = ' '.repeat(NAME_WIDTH + 7);
  const text = [detail, ...(hint === undefined ? [] : [`-> ${hint}`])].join('\n').replaceAll('\n', `\n${indent}`);
  return `${name.padEnd(NAME_WIDTH)}  ${COLOURS[status](status.padEnd(4))} ${text}\n`;
}
