import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join, parse } from 'node:path';
import { after, test } from 'node:test';
import { runProgram } from '../../src/platform/run-program.js';
import { CLI, Rig } from '../rig.js';
import { blocksOf, readPage, ROOT, type Block } from './pages.js';

/** Pictures of each class. The package has up to 200: the commands are those of the page, the data are smaller. */
const PICTURES = 20;

const rig = new Rig();
after(() => rig.close());

test('the commands of the tutorial lead from pictures to an exported model', { timeout: 600_000 }, async () => {
  installPictures();
  const bin = installSweep();
  const outputs: string[] = [];
  for (const block of blocksOf(readPage('docs/tutorial.md'))) {
    if (block.file !== undefined) saveFile(block);
    if (block.language !== 'sh') continue;
    for (const command of commandsOf(block)) outputs.push(await run(command, bin));
  }

  const all = outputs.join('');
  assert.match(all, /Sweeps can run\./);
  assert.match(all, /photos +4\/4 done/);
  assert.match(all, /photos goes on: 4 of 6 trials are done/);
  assert.match(all, /photos +6\/6 done/);
  const fresh = readdirSync(join(rig.folder, 'new'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.png'),
  );
  assert.equal(fresh.length, (3 * PICTURES) / 10);
  for (const name of fresh)
    assert.match(all, new RegExp(`^${parse(name).name} +(animals|food|places) +[01]\\.\\d{4}$`, 'm'));
  assert.match(all, /: 6 images of .*new\n[^]*predictions by label/);
  const labels = JSON.parse(readFileSync(join(rig.folder, 'model/labels.json'), 'utf8')) as unknown;
  assert.deepEqual(labels, ['animals', 'food', 'places']);
  assert.ok(existsSync(join(rig.folder, 'model/model.json')));
});

/** The package of the pictures, with a list of only a few of them. */
function installPictures(): void {
  const installed = join(ROOT, 'node_modules/emoji-datasource-google');
  const emoji = JSON.parse(readFileSync(join(installed, 'emoji.json'), 'utf8')) as { readonly category: string }[];
  const counts = new Map<string, number>();
  const few = emoji.filter(({ category }) => {
    counts.set(category, (counts.get(category) ?? 0) + 1);
    return counts.get(category)! <= PICTURES;
  });
  rig.write('node_modules/emoji-datasource-google/emoji.json', JSON.stringify(few));
  symlinkSync(join(installed, 'img'), join(rig.folder, 'node_modules/emoji-datasource-google/img'));
}

/** A command `sweep` as an installed one; returns its folder. */
function installSweep(): string {
  const bin = join(rig.folder, 'bin');
  mkdirSync(bin);
  chmodSync(rig.write('bin/sweep', `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`), 0o755);
  return bin;
}

/** Saves the file of a block. A block that begins with a line of the file replaces what follows that line. */
function saveFile({ file, code }: Block): void {
  const path = join(rig.folder, file!);
  const present = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const at = present.indexOf(code.slice(0, code.indexOf('\n') + 1));
  const content = at < 0 ? code : present.slice(0, at) + code;
  rig.write(file!, canFetch ? content : content.replace('weights: imagenet', 'weights: none'));
}

/** The commands of a block, without those whose effect is there already. */
const commandsOf = ({ code }: Block): string[] =>
  code.split('\n').filter((line) => line !== '' && !line.startsWith('npm install'));

async function run(command: string, bin: string): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1', PATH: `${bin}${delimiter}${process.env['PATH']}` };
  const outcome = await runProgram('sh', ['-c', command], { cwd: rig.folder, env });
  if (outcome.status === 'ok') return outcome.stdout;
  assert.ok(command.startsWith('sweep weights fetch'), `${command}: ${JSON.stringify(outcome)}`);
  canFetch = false;
  return '';
}

/** Without a network the trials start from random weights. */
let canFetch = true;
