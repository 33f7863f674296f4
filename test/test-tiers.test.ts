import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const ROOT = resolve(import.meta.dirname, '../..');

test('every path that a tier of tests names is the beginning of a test’s path', async (t) => {
  const tiers = resolve(ROOT, 'scripts/test-tiers.mjs');
  if (!existsSync(tiers)) return t.skip('the compiled tests lie elsewhere than in a clone');
  const { SLOW, ARITHMETIC } = (await import(pathToFileURL(tiers).href)) as Record<
    'SLOW' | 'ARITHMETIC',
    readonly string[]
  >;
  const tests = readdirSync(resolve(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name}`);
  const lost = [...SLOW, ...ARITHMETIC].filter((path) => !tests.some((name) => name.startsWith(path)));
  assert.deepEqual(lost, []);
});
