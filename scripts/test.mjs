/**
 * `npm test`: every test, from a fresh clone. `npm test -- test/sweep resume` runs the files whose path contains one of the
 * words; flags such as `--test-name-pattern=grid` go to Node's test runner.
 */
import { join, relative, sep } from 'node:path';
import { bootstrap, filesIn, root } from './bootstrap.mjs';
import { runProgram } from './run-program.mjs';

await bootstrap();
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const words = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const files = filesIn(join(root, 'dist', 'test'), /\.test\.js$/).filter(
  (file) => words.length === 0 || words.some(isIn(file)),
);
if (files.length === 0) {
  process.stderr.write(`no test file has ${words.join(' or ')} in its path\n`);
  process.exit(1);
}
const options = ['--test', '--test-concurrency=2', '--test-reporter=spec', ...flags];
process.exitCode = await runProgram(process.execPath, [...options, ...files], { cwd: root });

/** Whether a word names a compiled test, by any part of its source's path. */
function isIn(file) {
  const source = relative(join(root, 'dist'), file).split(sep).join('/').replace(/\.js$/, '.ts');
  return (word) =>
    source.includes(
      word
        .replace(/^\.\//, '')
        .replace(/^dist\//, '')
        .replace(/\.js$/, '.ts'),
    );
}
