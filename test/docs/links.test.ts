import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { anchorsOf, PAGES, readPage, ROOT } from './pages.js';

/** Links and pictures of a page, outside of code. */
const linksOf = (text: string): string[] =>
  [...text.replace(/^```[^]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

const isOutside = (target: string): boolean => /^[a-z]+:/.test(target);

test('every link between pages leads to a file and a heading that exist', () => {
  const broken: string[] = [];
  let checked = 0;
  for (const page of PAGES) {
    const text = readPage(page);
    for (const target of linksOf(text).filter((link) => !isOutside(link))) {
      checked++;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
      if (!existsSync(file)) broken.push(`${page}: ${target}: there is no such file`);
      else if (anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).has(anchor)) {
        broken.push(`${page}: ${target}: there is no such heading`);
      }
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(checked > 100, `the pattern finds the links: ${checked}`);
});

test('the README leads to every page', () => {
  const linked = new Set(linksOf(readPage('README.md')).map((target) => target.split('#')[0]));
  assert.deepEqual(
    PAGES.filter((page) => page.startsWith('docs/') && !linked.has(page)),
    [],
  );
});
