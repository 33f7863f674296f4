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
  programs: ['core', 'platform'],
  runtime: ['core', 'platform'],
  store: ['core', 'platform'],
  reporting: ['core', 'platform'],
  session: ['core', 'platform', 'sweep', 'search', 'executor', 'store', 'runtime', 'trainer', 'programs'],
  commands: ['core', 'platform', 'session', 'reporting'],
  '.': ['core', 'commands', 'session'],
};

/**
 * Room -> its door: the files that other rooms may import. Rooms without an entry are open. A name with a slash at its end is a
 * whole folder.
 */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  sweep: [
    'definition',
    'describe-changes',
    'early-terminate/describe',
    'parse',
    'problem',
    'read-sweep-file',
    'schema/schema',
  ],
  search: ['confirmation', 'find-cases', 'importance/explain', 'plan', 'stopping/', 'trial-key'],
  executor: [
    'executor',
    ...['hosts/devices', 'hosts/host-environment', 'hosts/processors'],
    ...['scheduling/failure-rules', 'scheduling/persistence', 'scheduling/persistent-sink'],
    ...['tuning/calibrate', 'tuning/calibration-cache', 'tuning/slot-choices'],
  ],
  store: [
    ...['store', 'sweep-handle'],
    ...['editing/annotate-trial', 'editing/doomed-results', 'editing/open-editor'],
    ...['doctor/inspect', 'doctor/salvage/salvage-database', 'endpoint/control-client', 'endpoint/serve'],
    ...['reading/connect', 'reading/find-sweep', 'reading/trials/known-trials', 'reading/trials/saved-trials'],
    ...['reading/formats/write-atomically', 'reading/formats/write-result', 'reading/queries/'],
  ],
  runtime: [
    ...['checks/machine-checks', 'checks/tensorflow-checks', 'finding/cache', 'finding/installation'],
    ...['finding/node-packages', 'installing/choice', 'installing/set-up'],
  ],
  trainer: [
    ...['manifest', 'planning/image-classifier-description', 'training/classifier-settings'],
    ...['data/cache/cached-files', 'data/fingerprints/fingerprint-dataset', 'data/preview/preview-augmentation'],
    ...['data/inspect/advice', 'data/inspect/inspect-dataset', 'data/inspect/starter-file', 'data/inspect/thumbnail'],
    ...['networks/backbones', 'networks/weights/matching/match-weights', 'networks/weights/formats/open-weight-file'],
    ...['networks/weights/catalogue/fetch-weights', 'networks/weights/catalogue/weight-store'],
    ...['results/find-images', 'results/messages'],
    ...['training/checkpoints/array-file', 'training/checkpoints/checkpoint-names'],
  ],
  programs: ['describe-program', 'processes/output-log'],
  session: [
    ...[
      'api/',
      'checking/check-machine',
      'checking/check-records',
      'checking/salvage-records',
      'models/export-model',
      'models/predict-images',
    ],
    'models/evaluate-model',
    ...['editing/delete-results', 'editing/edit-results'],
    ...['planning/describe-plan', 'planning/planned-sweep', 'range-tests/run-lr-find', 'reading/'],
    ...['reproducing/reproduce-trial', 'running/run-options', 'running/run-sweep', 'weights/'],
    ...['control-running-trial', 'draw-preview', 'inspect-dataset', 'result-folders', 'set-up', 'surroundings'],
    ...['sweep-file-schema', 'version'],
  ],
  commands: ['command-line', 'index', 'reading-command'],
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
  acorn: /^session\/trainers\//,
  'import-meta-resolve': /^session\/trainers\//,
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

test('rooms import other rooms only through their doors', () => {
  const isOpen = (file: string): boolean => {
    const [owner, path] = [room(file), file.slice(file.indexOf('/') + 1)];
    const door = DOORS[owner];
    return door?.some((name) => path === `${name}.ts` || (name.endsWith('/') && path.startsWith(name))) ?? true;
  };
  const behind = imports.filter(({ file, to }) => {
    if (!to.startsWith('.')) return false;
    const into = target(file, to);
    return room(file) !== room(into) && !isOpen(into);
  });
  assert.deepEqual(behind, []);
});

test('every door leads to a file that another room imports', () => {
  const entered = imports.flatMap(({ file, to }) => {
    const into = to.startsWith('.') ? target(file, to) : file;
    return room(into) === room(file) ? [] : [into];
  });
  const unused = Object.entries(DOORS).flatMap(([owner, names]) =>
    names
      .map((name) => `${owner}/${name.endsWith('/') ? name : `${name}.ts`}`)
      .filter((place) => !entered.some((file) => file === place || (place.endsWith('/') && file.startsWith(place)))),
  );
  assert.deepEqual(unused, []);
});

test('no import goes in a circle, types included', () => {
  const done = new Set<string>();
  const circleFrom = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { file: from, to } of imports) {
      const circle = from === file && to.startsWith('.') ? circleFrom(target(file, to), [...path, file]) : undefined;
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  assert.deepEqual(
    files.flatMap((file) => circleFrom(file, []) ?? []),
    [],
  );
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

test('every export is used by another file', () => {
  const TEST = resolve(SRC, '../test');
  const texts = new Map(files.map((file) => [join(SRC, file), code(file)]));
  for (const file of readdirSync(TEST, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
    texts.set(join(TEST, file), readFileSync(join(TEST, file), 'utf8'));
  }
  const importers = new Map<string, string[]>();
  for (const [path, text] of texts) {
    for (const [, to] of text.matchAll(/'(\.{1,2}\/[^']+)\.js'/g)) {
      const into = join(dirname(path), `${to!}.ts`);
      importers.set(into, [...(importers.get(into) ?? []), text]);
    }
  }
  const unused = files.flatMap((file) => {
    const own = code(file);
    const users = importers.get(join(SRC, file)) ?? [];
    return [...own.matchAll(/^export (?:abstract |async )*(\w+)\*? (\w+)/gm)].flatMap(([, kind, name]) => {
      const mention = new RegExp(`\\b${name!}\\b`, 'g');
      // A type may be exported to document a signature in its own file; `train` is imported by its URL.
      const isOfSignature = (kind === 'interface' || kind === 'type') && own.match(mention)!.length > 1;
      const isUsed = isOfSignature || name === 'train' || users.some((text) => text.match(mention));
      return isUsed ? [] : [`${file}: ${name!}`];
    });
  });
  assert.deepEqual(unused, []);
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
