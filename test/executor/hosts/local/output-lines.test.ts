import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { readLines } from '../../../../src/executor/hosts/local/output-lines.js';

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  await new Promise((resolve) => stream.end().on('close', resolve));
  return lines;
}

test('output is split into lines wherever its chunks begin and end', async () => {
  const ü = Buffer.from('ü');
  assert.deepEqual(await linesOf('one\ntw', 'o\r\n', '\n\nthr', ü.subarray(0, 1), ü.subarray(1), ' four'), [
    'one',
    'two',
    'thrü four',
  ]);
});

test('progress bars, colours and control characters are removed', async () => {
  assert.deepEqual(await linesOf('10%\r20%\r\n', '\x1b[31mred\x1b[0m\tx\x07\x00\n', '\x1b[2K\n'), [
    '10%',
    '20%',
    'red\tx',
  ]);
});

test('a line without an end is cut into pieces', async () => {
  const lines = await linesOf('x'.repeat(10_000));
  assert.deepEqual(
    lines.map(({ length }) => length),
    [4_096, 4_096, 1_808],
  );
});
