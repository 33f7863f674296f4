import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPage, ROOT, tableRows } from './pages.js';

const page = readPage('docs/trainer-contract.md');
const source = readFileSync(join(ROOT, 'src/core/trainer/training.ts'), 'utf8');

/** Set by the program for its own trainers only. */
const INTERNAL = ['settings'];

for (const [type, heading] of [
  ['TrainingContext', '## The context'],
  ['EpochReport', '## Reports'],
] as const) {
  test(`docs/trainer-contract.md explains each field of ${type}, and no other`, () => {
    const [, body = ''] = new RegExp(`export interface ${type}\\b.*\\{\\n([^]*?)^\\}`, 'm').exec(source) ?? [];
    const declared = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = '']) => name);
    const section = page.slice(page.indexOf(`${heading}\n`)).split('\n## ')[0]!;
    const explained = tableRows(section).flatMap(([cell = '']) => /^`(\w+)`$/.exec(cell)?.[1] ?? []);
    assert.ok(declared.length >= 4);
    assert.deepEqual(explained.sort(), declared.filter((name) => !INTERNAL.includes(name)).sort());
  });
}
