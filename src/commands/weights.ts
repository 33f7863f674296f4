import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { formatBytes } from '../core/format.js';
import { downloadLine } from '../reporting/terminal/live/download-line.js';
import { weightsTable } from '../reporting/terminal/tables/weights-table.js';
import { BACKBONES, type Backbone } from '../session/weights/weights-folder.js';
import { jsonText } from '../reporting/json/json-text.js';
import { jsonOption } from './arguments/sweep-options.js';
import { INTERRUPTED, untilInterrupted } from './interrupts.js';

const backboneChoices = { choices: BACKBONES, describe: 'Backbone' } as const;
const print = (text: string): void => void process.stdout.write(text);
const noneIn = (folder: string): string => `There are no weights in ${folder}.\n`;

const fetch: CommandModule<object, { readonly backbones: readonly Backbone[] }> = {
  command: 'fetch <backbones..>',
  describe: 'Download the published ImageNet weights of backbones; continues an interrupted download',
  builder: (yargs) =>
    yargs.positional('backbones', {
      ...{ array: true, choices: BACKBONES, demandOption: true, describe: 'Backbones: b0 lite0' },
    }),
  handler: async ({ backbones }) => {
    for (const backbone of new Set(backbones)) {
      if (await fetchOne(backbone)) continue;
      print('Interrupted. The next fetch continues the download.\n');
      return void (process.exitCode = 130);
    }
  },
};

/** Whether it was not interrupted. */
async function fetchOne(backbone: Backbone): Promise<boolean> {
  const { fetchToStore } = await import('../session/weights/stored-weights.js');
  const line = downloadLine(backbone, { stream: process.stdout, style: chalk, now: Date.now });
  const stored = await untilInterrupted((signal) =>
    fetchToStore(backbone, { signal, onProgress: line.show }).finally(line.end),
  );
  if (stored === INTERRUPTED) return false;
  const trust = stored.verified
    ? 'the hash is the publisher’s'
    : `the publisher names no hash; later downloads must have this one: ${stored.sourceSha256.slice(0, 12)}...`;
  print(`${backbone}: ${formatBytes(stored.bytes)} from ${stored.source}\n${trust}\n`);
  return true;
}

const list: CommandModule<object, { readonly json: boolean }> = {
  command: 'list',
  describe: 'List the stored weights',
  builder: (yargs) => yargs.options(jsonOption) as Argv<{ readonly json: boolean }>,
  handler: async ({ json }) => {
    const { listWeights } = await import('../session/weights/stored-weights.js');
    const { folder, stored } = await listWeights();
    const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
    if (json) print(jsonText(stored));
    else print(stored.length === 0 ? noneIn(folder) : weightsTable(stored, { columns, style: chalk }));
  },
};

const importFile: CommandModule<object, { readonly file: string; readonly backbone: Backbone | undefined }> = {
  command: 'import <file>',
  describe: 'Use a file as `weights: imagenet` of its backbone: Keras, safetensors, TensorFlow.js',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'File of weights' })
      .option('backbone', { ...backboneChoices, describe: 'Backbone [default: the one that the file fits]' }),
  handler: async ({ file, backbone }) => {
    const { importToStore } = await import('../session/weights/stored-weights.js');
    const stored = await importToStore(file, backbone);
    print(`${stored.backbone}: ${formatBytes(stored.bytes)} in ${stored.file}\n`);
    if (stored.warning !== undefined) print(`${chalk.yellow('!')} ${stored.warning}\n`);
  },
};

const verify: CommandModule<object, { readonly backbone: Backbone | undefined; readonly json: boolean }> = {
  command: 'verify [backbone]',
  describe: 'Check every byte of the stored weights, and that they fit',
  builder: (yargs) =>
    yargs.positional('backbone', backboneChoices).options(jsonOption) as Argv<{
      readonly backbone: Backbone | undefined;
      readonly json: boolean;
    }>,
  handler: async ({ backbone, json }) => {
    const { listWeights, verifyWeights } = await import('../session/weights/stored-weights.js');
    const checks = [];
    for await (const check of verifyWeights(backbone)) {
      checks.push({ backbone: check.backbone, problem: check.problem ?? null });
      const verdict = check.problem ?? 'every byte is as it was stored, and every tensor is there';
      if (!json) print(`${check.backbone}: ${verdict}\n`);
      if (check.problem !== undefined) process.exitCode = 1;
    }
    if (json) print(jsonText(checks));
    else if (checks.length === 0) print(noneIn((await listWeights()).folder));
  },
};

export const weights: CommandModule = {
  command: 'weights <command>',
  describe: 'Fetch, list, import and verify pretrained weights',
  builder: (yargs) =>
    [fetch, list, importFile, verify]
      .reduce((parser, command) => parser.command(command as CommandModule), yargs)
      .demandCommand(1, 'Name what to do: sweep weights fetch b0'),
  handler: () => undefined,
};
