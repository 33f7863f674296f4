/**
 * `npm test`: every test, from a fresh clone. `npm run test:fast`: those that take seconds, two minutes in all on two cores.
 * `npm run test:arithmetic`: those whose numbers depend on the kernels that oneDNN chooses for the processor.
 * `npm test -- test/sweep resume` runs the files whose path contains one of the words; flags such as
 * `--test-name-pattern=grid` go to Node's test runner.
 */
import { join, relative, sep } from 'node:path';
import { bootstrap, filesIn, root } from './bootstrap.mjs';
import { runProgram } from './run-program.mjs';
import { ARITHMETIC, SLOW } from './test-tiers.mjs';

/** No test file takes longer unless it hangs; killing 200 sweeps takes five minutes on two idle cores. */
const TIMEOUT_MS = 1_500_000;

await bootstrap();
const TIERS = {
  '--fast': (source) => !startsWithAny(source, SLOW),
  '--arithmetic': (source) => startsWithAny(source, ARITHMETIC),
};
const tiers = process.argv.slice(2).filter((argument) => Object.hasOwn(TIERS, argument));
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('-') && !tiers.includes(argument));
const words = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));

const all = filesIn(join(root, 'dist', 'test'), /\.test\.js$/);
const files = all
  .filter((file) => tiers.every((tier) => TIERS[tier](sourceOf(file))))
  .filter((file) => words.length === 0 || words.some((word) => sourceOf(file).includes(asSource(word))));
if (files.length === 0) fail(`no test file has ${words.join(' or ')} in its path`);

const options = ['--test', '--test-concurrency=2', `--test-timeout=${TIMEOUT_MS}`, '--test-reporter=spec', ...flags];
process.exitCode = await runProgram(process.execPath, [...options, ...files], { cwd: root });

function startsWithAny(source, paths) {
  return paths.some((path) => source.startsWith(path));
}

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
