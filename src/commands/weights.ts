import type { CommandModule } from 'yargs';
import { BACKBONES, type Backbone } from '../trainer/networks/backbones.js';

const backboneChoices = { choices: BACKBONES, describe: 'Backbone' } as const;

const fetch: CommandModule<object, { readonly backbone: Backbone }> = {
  command: 'fetch <backbone>',
  describe: 'Download the published ImageNet weights of a backbone, or go on with it',
  builder: (yargs) => yargs.positional('backbone', { ...backboneChoices, demandOption: true }),
  handler: async ({ backbone }) => {
    const { fetchCommand } = await import('../session/weights/weights-fetch.js');
    await fetchCommand(backbone);
  },
};

const list: CommandModule<object, { readonly json: boolean }> = {
  command: 'list',
  describe: 'Show which weights are there',
  builder: (yargs) => yargs.option('json', { boolean: true, default: false, describe: 'Print one JSON array' }),
  handler: async ({ json }) => {
    const { listCommand } = await import('../session/weights/weights-actions.js');
    await listCommand(json);
  },
};

const importFile: CommandModule<object, { readonly file: string; readonly backbone: Backbone | undefined }> = {
  command: 'import <file>',
  describe: 'Make a file the ImageNet weights of its backbone: Keras, safetensors, TensorFlow.js',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'File of weights' })
      .option('backbone', { ...backboneChoices, describe: 'Backbone [default: the one that the file fits]' }),
  handler: async ({ file, backbone }) => {
    const { importCommand } = await import('../session/weights/weights-actions.js');
    await importCommand(file, backbone);
  },
};

const verify: CommandModule<object, { readonly backbone: Backbone | undefined }> = {
  command: 'verify [backbone]',
  describe: 'Check weights that are there: every byte, and that they fit',
  builder: (yargs) => yargs.positional('backbone', backboneChoices),
  handler: async ({ backbone }) => {
    const { verifyCommand } = await import('../session/weights/weights-actions.js');
    process.exitCode = await verifyCommand(backbone);
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
