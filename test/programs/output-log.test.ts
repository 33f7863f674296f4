import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LOG, OutputLog, PREVIOUS_LOG } from '../../src/programs/processes/output-log.js';

const folder = mkdtempSync(join(tmpdir(), 'sweepwright-log-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const warnings: string[] = [];
const open = (path: string): OutputLog => new OutputLog(path, (message) => warnings.push(message), 8);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('a log goes on where the attempt before ended, and begins anew when it is full', () => {
  const first = open(folder);
  first.write(Buffer.from('12345\n'));
  first.close();
  const second = open(folder);
  for (const text of ['6789\n', 'abcdefghij\n', 'k\n']) second.write(Buffer.from(text));
  second.close();
  second.close();
  assert.deepEqual([read(PREVIOUS_LOG), read(LOG)], ['abcdefghij\n', 'k\n']);
  assert.deepEqual(warnings, []);
});

test('a log that cannot be written is warned of once, and costs nothing else', () => {
  const log = open(join(folder, 'missing'));
  log.write(Buffer.from('lost'));
  log.close();
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /no longer kept in .*output\.log: no such file/);
});
