import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { readArrays, writeArrays } from '../../../../src/trainer/training/checkpoints/array-file.js';
import type { StepState } from '../../../../src/trainer/graph/program/program.js';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'array-file-'));
});
after(() => rmSync(folder, { recursive: true }));

const META = { place: 7, note: 'ümlaut "quoted"', sums: [0.1 + 0.2, NaN, Infinity, -Infinity, 'NaN'] };
const ARRAYS: StepState = new Map([
  ['conv/kernel', { shape: [2, 3], values: Float32Array.of(1, -0, Infinity, NaN, 1e-45, 3.4e38) }],
  ['conv/bias', { shape: [0], values: new Float32Array() }],
  ['@beta1_power', { shape: [], values: Float32Array.of(0.9) }],
]);

async function written(name = 'whole'): Promise<{ readonly file: string; readonly content: Buffer }> {
  const file = path.join(folder, name);
  await writeArrays(file, { meta: META, arrays: ARRAYS });
  return { file, content: readFileSync(file) };
}

const reasonOf = (file: string): string => {
  const read = readArrays(file);
  assert.ok(!read.whole, 'taken for whole');
  return read.reason;
};

test('arrays are read back bit for bit, and the returned length and hash match the file', async () => {
  const file = path.join(folder, 'bits');
  const { bytes, sha256 } = await writeArrays(file, { meta: META, arrays: ARRAYS });
  const content = readFileSync(file);
  assert.equal(bytes, content.length);
  assert.equal(sha256, createHash('sha256').update(content).digest('hex'));
  const read = readArrays(file);
  assert.ok(read.whole);
  assert.deepEqual(read.meta, META);
  assert.deepEqual([...read.arrays.keys()], [...ARRAYS.keys()]);
  for (const [name, { shape, values }] of ARRAYS) {
    assert.deepEqual(read.arrays.get(name)!.shape, shape);
    assert.deepEqual(Buffer.from(read.arrays.get(name)!.values.buffer), Buffer.from(values.buffer));
  }
});

test('only the view is written, not the larger buffer behind it', async () => {
  const file = path.join(folder, 'view');
  const values = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  await writeArrays(file, { meta: null, arrays: new Map([['view', { shape: [2], values }]]) });
  const read = readArrays(file);
  assert.ok(read.whole);
  assert.deepEqual([...read.arrays.get('view')!.values], [2, 3]);
});

test('a file truncated at any byte is detected', async () => {
  const { file, content } = await written('cut');
  for (let length = content.length - 1; length >= 0; length--) {
    truncateSync(file, length);
    assert.match(reasonOf(file), /bytes|header|ends/);
  }
});

test('a flipped bit is detected anywhere', async () => {
  const { file, content } = await written('flipped');
  for (let place = 0; place < content.length; place++) {
    const flipped = Buffer.from(content);
    flipped[place]! ^= 1 << (place % 8);
    writeFileSync(file, flipped);
    assert.match(reasonOf(file), /checksum|header|bytes/);
  }
});

test('extra bytes at the end are detected', async () => {
  const { file, content } = await written('longer');
  writeFileSync(file, Buffer.concat([content, Buffer.alloc(1)]));
  assert.match(reasonOf(file), /bytes instead of/);
});

test('a header that claims more than the file holds is refused before memory is allocated', async () => {
  const { file, content } = await written('boastful');
  const header = content.subarray(8, 8 + Number(content.readBigUInt64LE(0))).toString();
  const boast = header.replace(
    '"shape":[2,3],"data_offsets":[0,24]',
    '"shape":[2000000000,3],"data_offsets":[0,24000000000]',
  );
  assert.notEqual(boast, header);
  const prefix = Buffer.alloc(8);
  for (const text of [boast, header.replace('[2,3]', '[2,-3]'), header.replace('F32', 'F64'), '{}', 'null', '[]']) {
    prefix.writeBigUInt64LE(BigInt(text.length));
    writeFileSync(file, Buffer.concat([prefix, Buffer.from(text), content.subarray(8 + header.length)]));
    assert.match(reasonOf(file), /header|bytes instead of/);
  }
  prefix.writeBigUInt64LE(2n ** 63n);
  writeFileSync(file, Buffer.concat([prefix, content.subarray(8)]));
  assert.match(reasonOf(file), /its header is 9223372036854775808 bytes long/);
});

test('a missing file, a folder, an empty file and another format are reported as damaged', () => {
  const empty = path.join(folder, 'empty');
  writeFileSync(empty, '');
  assert.equal(reasonOf(empty), 'it has only 0 bytes');
  assert.match(reasonOf(path.join(folder, 'nowhere')), /ENOENT/);
  mkdirSync(path.join(folder, 'folder'));
  assert.match(reasonOf(path.join(folder, 'folder')), /EISDIR|bytes/);
  const text = path.join(folder, 'text');
  writeFileSync(text, 'A text that is long enough to be taken for something else than it is.');
  assert.match(reasonOf(text), /header/);
});

test('a failed write keeps the old file and leaves no temporary file', async () => {
  const { file, content } = await written('kept');
  const before = readdirSync(folder);
  const target = path.join(folder, 'folder-in-the-way');
  mkdirSync(path.join(target, 'full'), { recursive: true });
  await assert.rejects(writeArrays(target, { meta: META, arrays: ARRAYS }), { code: /EISDIR|ENOTEMPTY|EEXIST/ });
  await assert.rejects(writeArrays(path.join(folder, 'nowhere', 'x'), { meta: META, arrays: ARRAYS }), {
    code: 'ENOENT',
  });
  assert.deepEqual(readdirSync(folder).sort(), [...before, 'folder-in-the-way'].sort());
  assert.deepEqual(readFileSync(file), content);
});
