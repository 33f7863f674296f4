import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SweepFileError } from '../../src/sweep/problem.js';
import { FILE, parse, problemsOf } from './helpers.js';

const HEAD = 'method: grid\nparameters:\n  gamma: {values: [0, 2]}\n';
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');

/** Far more than each takes on a slow and busy machine, far less than work that grows with the square of the input. */
const DEADLINE_MS = 60_000;

const LARGE: readonly (readonly [what: string, text: string])[] = [
  ['40,000 unknown keys', HEAD + lines(40_000, (index) => `k${index}: 1`)],
  ['20,000 unknown parameters', HEAD + lines(20_000, (index) => `  p${index}: {values: [1]}`)],
  ['20,000 rules about unknown parameters', `${HEAD}exclude:\n${lines(20_000, (index) => `  - {p${index}: 1}`)}`],
  ['the same key 40,000 times', HEAD + lines(40_000, () => 'name: x')],
  ['49,000 empty lines', lines(49_000, () => '')],
  ['49,000 lines with a space', lines(49_000, () => ' ')],
  ['100,000 wrong values', `method: grid\nparameters:\n  gamma: {values: [${'x,'.repeat(100_000)}]}\n`],
];

for (const [what, text] of LARGE) {
  test(`a file with ${what} is refused in time that grows with its length`, () => {
    const started = performance.now();
    assert.ok(problemsOf(text).length > 0);
    const elapsedMs = performance.now() - started;
    assert.ok(elapsedMs < DEADLINE_MS, `took ${elapsedMs} ms`);
  });
}

for (const [what, text, message] of [
  ['3 million newlines', '\n'.repeat(3_000_000), /has 3\.0 million characters; a sweep file can have 1 million/],
  ['500,000 lines with a space', ' \n'.repeat(499_999), /has 500000 lines; a sweep file can have 50000/],
] as const) {
  test(`a file of ${what} is refused for its size before it is parsed`, () => {
    assert.throws(
      () => parse(text),
      (error: unknown) =>
        error instanceof SweepFileError && error.message.startsWith(FILE) && message.test(error.message),
    );
  });
}
