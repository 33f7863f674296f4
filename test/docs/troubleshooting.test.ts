import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPage, ROOT } from './pages.js';

const page = readPage('docs/troubleshooting.md');
const codeSpans = [...page.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);

/** The text of all sources, each string whole even if the code joins it from several. */
const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
  .join('\n')
  .replace(/['"`] \+\s+['"`]/g, '')
  .replaceAll("\\'", "'");

/** Messages of npm and of Node.js. */
const FOREIGN = [/^getaddrinfo ENOTFOUND/, /^Cannot find package/];

/** Code spans with a space are messages, but for commands, code and settings of a sweep file. */
const isMessage = (span: string): boolean =>
  span.includes(' ') &&
  !/^(sweep |npm |python3 |export |--)/.test(span) &&
  !/^[a-z_]+: [^…]/.test(span) &&
  !FOREIGN.some((message) => message.test(span));

test('troubleshooting quotes only messages that the program prints', () => {
  const messages = codeSpans.filter(isMessage);
  assert.ok(messages.length > 30, `the pattern finds the messages: ${messages.length}`);
  const lost = messages.filter((message) =>
    message
      .split('…')
      .map((part) => part.trim())
      .some((part) => part.length > 2 && !sources.includes(part)),
  );
  assert.deepEqual(lost, []);
});

test('troubleshooting names only codes that errors have', () => {
  const codes = codeSpans.filter((span) => /^[A-Z]+(_[A-Z]+)+$/.test(span));
  assert.ok(codes.length >= 3);
  assert.deepEqual(
    codes.filter((code) => !sources.includes(`'${code}'`)),
    [],
  );
});
