import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { InputError } from '../../../src/core/errors.js';
import { describeTrainer } from '../../../src/session/trainers/describe-trainer.js';
import { readTrainerFiles } from '../../../src/session/trainers/trainer-files.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sweepwright-trainer-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes files below the folder; returns the absolute path of the first one. */
function write(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0]!);
}

const names = async (entry: string): Promise<string[]> => (await readTrainerFiles(entry)).map(({ name }) => name);
const versionOf = async (path: string): Promise<string> =>
  (
    await describeTrainer({
      trainer: { kind: 'module', written: path, path },
      folder,
      objective: { metric: 'x', goal: 'minimize' },
    })
  ).version;

const TRAIN = 'export async function train() {}';

test('a trainer is its module and all files of the project that it imports', async () => {
  const entry = write({
    'sweeps/trainer.mjs': `
      import { model, layer } from '../lib/model.mjs';
      import old, { anything } from '../lib/old.cjs';
      import * as all from '../lib/layers.mjs';
      import rates from './rates.json' with { type: 'json' };
      import 'node:fs';
      import '#settings';
      import 'ours';
      import 'theirs';
      export const train = async () => {
        await import('./lazy.mjs');
        await import('./optional-and-missing.mjs').catch(() => undefined);
      };`,
    'lib/model.mjs': `export * from './layers.mjs'; export const model = 1;`,
    'lib/layers.mjs': `import '../sweeps/trainer.mjs';
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      require('./old.cjs');
      export const layer = 1;`,
    'lib/old.cjs': `const { join } = require('path'); require('./older'); module.exports = join;`,
    'lib/older.js': 'exports.a = 1;',
    'sweeps/lazy.mjs': '',
    'sweeps/rates.json': '[1e-3]',
    'config/settings.mjs': '',
    'packages/ours/index.js': `export * from './inner.js';`,
    'packages/ours/inner.js': 'export const a = 1;',
    'packages/ours/package.json': '{ "name": "ours", "type": "module", "exports": "./index.js" }',
    'node_modules/theirs/package.json': '{ "name": "theirs", "exports": { "import": "./index.mjs" } }',
    'node_modules/theirs/index.mjs': '',
    'package.json': '{ "imports": { "#settings": "./config/settings.mjs" } }',
  });
  symlinkSync('../packages/ours', join(folder, 'node_modules/ours'));
  const found = await names(entry);
  assert.equal(found[0], 'trainer.mjs');
  assert.deepEqual(found.slice(1).sort(), [
    '../config/settings.mjs',
    '../lib/layers.mjs',
    '../lib/model.mjs',
    '../lib/old.cjs',
    '../lib/older.js',
    '../packages/ours/index.js',
    '../packages/ours/inner.js',
    'lazy.mjs',
    'rates.json',
  ]);
});

test('a change of any imported file makes another version; a module without imports keeps the one of earlier releases', async () => {
  const entry = write({
    'a.mjs': `import './b.mjs'; ${TRAIN}`,
    'b.mjs': `import './c.mjs';`,
    'c.mjs': '',
    'd.mjs': TRAIN,
  });
  const before = await versionOf(entry);
  assert.equal(await versionOf(entry), before);
  write({ 'c.mjs': '// another learning rate' });
  const after = await versionOf(entry);
  assert.notEqual(after, before);
  write({ 'c.mjs': '' });
  assert.equal(await versionOf(entry), before);
  const alone = `sha256:${createHash('sha256').update(TRAIN).digest('hex').slice(0, 12)}`;
  assert.equal(await versionOf(join(folder, 'd.mjs')), alone);
});

test('`train` is found in every form of an export', async () => {
  const forms = [
    TRAIN,
    'export const train = async () => {};',
    'export const { train } = { train() {} };',
    'const f = () => {}; export { f as train };',
    `export { train } from './other.mjs';`,
    `export * from './other.mjs';`,
    `export * from 'a-package';`,
  ];
  write({
    'other.mjs': TRAIN,
    'node_modules/a-package/package.json': '{ "name": "a-package", "exports": "./i.mjs" }',
    'node_modules/a-package/i.mjs': '',
  });
  for (const text of forms) assert.equal((await names(write({ 'trainer.mjs': text })))[0], 'trainer.mjs', text);
  assert.deepEqual(await names(write({ 'trainer.cjs': 'exports.train = async () => {};' })), ['trainer.cjs']);
});

const refused: readonly (readonly [text: string, message: RegExp, hint: RegExp])[] = [
  ['', /trainer\.mjs exports no function named train$/, /^Export it: /],
  ['export default async function train() {}', /exports no function named train$/, /^A default export is not used/],
  [`export * from './no-train.mjs';`, /exports no function named train$/, /^Export it: /],
  ['export async function train( {\n', /trainer\.mjs:2:1: this is not JavaScript: Unexpected token$/, /node --check/],
  [`${TRAIN}\nlet x: number = 1;`, /trainer\.mjs:2:6: this is not JavaScript/, /node --check/],
  [`import './broken.mjs'; ${TRAIN}`, /broken\.mjs:1:5: this is not JavaScript/, /node --check/],
  [
    `${TRAIN}\nimport { a } from './no-train';`,
    /trainer\.mjs:2:19: the import of '\.\/no-train' fails: Cannot find module/,
    /^Write the whole name: '\.\/no-train\.mjs'\.$/,
  ],
  [
    `import { a, b } from './no-train.mjs'; ${TRAIN}`,
    /:1:22: the import of '\.\/no-train\.mjs' fails: the file does not export b$/,
    /^It exports a\.$/,
  ],
  [`import model from './no-train.mjs'; ${TRAIN}`, /:1:19: .* does not export default$/, /^It exports a\.$/],
  [`export { train } from './no-train.mjs';`, /:1:23: .* does not export train$/, /^It exports a\.$/],
  [`import './nowhere.mjs'; ${TRAIN}`, /:1:8: the import of '\.\/nowhere\.mjs' fails/, /folder of the importing file/],
  [`import 'not-installed'; ${TRAIN}`, /:1:8: .* Cannot find package 'not-installed'/, /^Install the package/],
  [`import 'sweepwright'; ${TRAIN}`, /:1:8: .* Cannot find package 'sweepwright'/, /npm link sweepwright/],
  [`import '#settings'; ${TRAIN}`, /:1:8: the import of '#settings' fails/, /./],
];

test('a trainer that cannot be loaded is refused, with the place and a hint', async () => {
  write({ 'no-train.mjs': 'export const a = 1;', 'broken.mjs': 'let let = 1;' });
  for (const [text, message, hint] of refused) {
    const error = await readTrainerFiles(write({ 'trainer.mjs': text })).then(
      () => assert.fail(`${text} was accepted`),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof InputError, String(error));
    assert.equal(error.code, 'TRAINER_INVALID');
    assert.match(error.message, message);
    assert.match(error.hint!, hint);
  }
  await assert.rejects(readTrainerFiles(join(folder, 'missing.mjs')), { code: 'TRAINER_NOT_FOUND' });
  await assert.rejects(readTrainerFiles(folder), { code: 'TRAINER_NOT_FOUND' });
});
