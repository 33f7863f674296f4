import path from 'node:path';
import chalk from 'chalk';
import type { CommandModule } from 'yargs';
import type { Check, CheckResult } from '../runtime/check.js';
import { runtimeOptions } from './runtime-options.js';
import { DEFAULT_DATABASE } from './sweep-options.js';

export const doctor: CommandModule<object, object> = {
  command: 'doctor',
  describe: 'Check everything a sweep needs, and say what to do about what is missing',
  handler: async () => {
    let healthy = true;
    for (const check of await checks()) {
      for (const result of await check()) {
        process.stdout.write(row(result));
        if (result.status === 'fail') healthy = false;
      }
    }
    process.stdout.write(healthy ? '\nSweeps can run.\n' : '\nSweeps cannot run until what has failed is put right.\n');
    if (!healthy) process.exitCode = 1;
  },
};

async function checks(): Promise<readonly Check[]> {
  const { checkFolder, checkNode, checkTool } = await import('../runtime/machine-checks.js');
  const { checkGpus, checkTensorflow } = await import('../runtime/tensorflow-checks.js');
  const { checkDatabase } = await import('./check-database.js');
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
