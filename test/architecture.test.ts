import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const SRC = resolve(import.meta.dirname, '../../src');

/** Room -> rooms it may import. A star: rooms see `core` and `platform` alone, and `session` is where they meet. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  platform: [],
  sweep: ['core', 'platform'],
  search: ['core', 'platform'],
  executor: ['core', 'platform'],
  trainer: ['core', 'platform'],
  runtime: ['core', 'platform'],
  store: ['core', 'platform'],
  reporting: ['core', 'platform'],
  session: ['core', 'platform', 'sweep', 'search', 'executor', 'store', 'runtime', 'trainer'],
  commands: ['core', 'platform', 'session', 'reporting'],
  '.': ['core', 'commands', 'session'],
};

/** Package -> the only files that may import it. */
const HOME: Readonly<Record<string, RegExp>> = {
  piscina: /^executor\//,
  execa: /^platform\//,
  '@duckdb/': /^store\//,
  ajv: /^sweep\//,
  yaml: /^sweep\//,
  yargs: /^(cli\.ts|commands\/)/,
  '@tensorflow/': /^trainer\//,
  sharp: /^trainer\/data\//,
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap((file) =>
  [...readFileSync(join(SRC, file), 'utf8').matchAll(/(?:from|import\(|import)\s*'([^']+)'/g)].map((match) => ({
    file,
    to: match[1]!,
  })),
);
const target = (file: string, to: string): string =>
  relative(SRC, join(SRC, dirname(file), to)).replace(/\.js$/, '.ts');
const room = (file: string): string => (file.includes('/') ? file.split('/')[0]! : '.');

test('every import was found where it says', () => {
  const lost = imports.filter(({ file, to }) => to.startsWith('.') && !existsSync(join(SRC, target(file, to))));
  assert.deepEqual(lost, []);
  assert.ok(imports.length > 20, 'the pattern finds imports at all');
});

test('rooms import only what the star allows', () => {
  const wrong = imports.filter(({ file, to }) => {
    if (!to.startsWith('.')) return false;
    const [from, into] = [room(file), room(target(file, to))];
    return from !== into && !MAY_IMPORT[from]?.includes(into);
  });
  assert.deepEqual(wrong, []);
});

test('each third-party package has one home', () => {
  const wrong = imports.filter(({ file, to }) =>
    Object.entries(HOME).some(([name, home]) => (to === name || to.startsWith(name)) && !home.test(file)),
  );
  assert.deepEqual(wrong, []);
});

test('the command line never loads TensorFlow', () => {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { file: from, to } of imports) if (from === file && to.startsWith('.')) visit(target(file, to));
  };
  visit('cli.ts');
  assert.ok(reached.size > 10, 'the walk reaches the program');
  assert.deepEqual(
    imports.filter(({ file, to }) => reached.has(file) && to.startsWith('@tensorflow/')),
    [],
  );
});

test('no file is over 300 lines', () => {
  const long = files.filter((file) => readFileSync(join(SRC, file), 'utf8').split('\n').length > 301);
  assert.deepEqual(long, []);
});

test('only commands and the command line touch the console, the clock and chance', () => {
  const wrong = files
    .filter((file) => !/^(cli\.ts|commands\/|session\/)/.test(file))
    .filter((file) => /\bDate\.now\(\)|\bMath\.random\(|\bconsole\.\w+\(/.test(code(file)));
  assert.deepEqual(wrong, []);
});

/** A file without its comments. */
function code(file: string): string {
  return readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
