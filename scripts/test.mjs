/**
 * `npm test`: every test, from a fresh clone. `npm run test:fast`: those that take seconds, two minutes in all on two cores.
 * `npm test -- test/sweep resume` runs the files whose path contains one of the words; flags such as
 * `--test-name-pattern=grid` go to Node's test runner.
 */
import { join, relative, sep } from 'node:path';
import { bootstrap, filesIn, root } from './bootstrap.mjs';
import { provideLite0Weights } from './lite0-weights.mjs';
import { runProgram } from './run-program.mjs';

/**
 * Beginnings of the paths that `npm run test:fast` leaves out: killed sweeps, real training, networks of full size, downloads.
 * A new test is fast unless it is named here.
 */
const SLOW = [
  'test/chaos/',
  'test/cli/',
  'test/commands/',
  'test/executor/crashes',
  'test/executor/failures',
  'test/executor/interrupt',
  'test/executor/reliability',
  'test/runtime/bootstrap',
  'test/store/crash',
  'test/store/cut',
  'test/trainer/augmented-trial',
  'test/trainer/graph/',
  'test/trainer/image-classifier',
  'test/trainer/lr-finder',
  'test/trainer/multi-label',
  'test/trainer/networks/',
  'test/trainer/precision',
  'test/trainer/results/',
  'test/trainer/training/checkpoints/resume',
  'test/trainer/training/features/',
  'test/trainer/training/lr-find/',
  'test/trainer/validation',
];

/** No test file takes longer unless it hangs. */
const TIMEOUT_MS = 600_000;

await bootstrap();
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('-') && argument !== '--fast');
const words = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const isFast = process.argv.includes('--fast');

const all = filesIn(join(root, 'dist', 'test'), /\.test\.js$/);
for (const path of SLOW) {
  if (!all.some((file) => sourceOf(file).startsWith(path))) fail(`scripts/test.mjs names ${path}, where no test is`);
}
const files = all
  .filter((file) => !isFast || !SLOW.some((path) => sourceOf(file).startsWith(path)))
  .filter((file) => words.length === 0 || words.some((word) => sourceOf(file).includes(asSource(word))));
if (files.length === 0) fail(`no test file has ${words.join(' or ')} in its path`);
if (files.some((file) => sourceOf(file).endsWith('/pretrained.test.ts'))) provideLite0Weights();

const options = ['--test', '--test-concurrency=2', `--test-timeout=${TIMEOUT_MS}`, '--test-reporter=spec', ...flags];
process.exitCode = await runProgram(process.execPath, [...options, ...files], { cwd: root });

/** `test/sweep/grid.test.ts` of a compiled test. */
function sourceOf(file) {
  return asSource(relative(root, file).split(sep).join('/'));
}

/** A word of the user's, which may name the compiled file, as it would be in the path of the source. */
function asSource(word) {
  return word
    .replace(/^\.\//, '')
    .replace(/^dist\//, '')
    .replace(/\.js$/, '.ts');
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
