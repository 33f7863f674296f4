import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { InputError } from '../../../../../src/core/errors.js';
import { openSafetensors } from '../../../../../src/trainer/networks/weights/formats/safetensors.js';
import { writeSafetensors } from '../../../../../src/trainer/networks/weights/formats/write-safetensors.js';
import { temporaryFolder, writeTemporary } from '../files.js';

function bytesOf(header: object | string, data: Uint8Array = new Uint8Array(), length?: number): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(length ?? json.length));
  return Buffer.concat([size, json, data]);
}

function read(t: TestContext, content: Uint8Array): Record<string, number[]> {
  const file = openSafetensors(writeTemporary(t, 'w.safetensors', content));
  try {
    return Object.fromEntries([...file.tensors].map(([name, tensor]) => [name, [...tensor.read()]]));
  } finally {
    file.close();
  }
}

test('written arrays and metadata are read again', async (t) => {
  const path = join(temporaryFolder(t), 'w.safetensors');
  const arrays = [
    { name: 'a/kernel', shape: [2, 3], values: () => Float32Array.of(1, 2, 3, 4, 5, 6) },
    { name: 'empty', shape: [0, 3], values: () => new Float32Array() },
    { name: 'scalar', shape: [], values: () => Float32Array.of(-0.5) },
  ];
  await writeSafetensors(path, arrays, { backbone: 'b0' });
  const file = openSafetensors(path);
  t.after(() => file.close());
  assert.deepEqual(file.metadata, { backbone: 'b0' });
  assert.deepEqual([...file.tensors.keys()], ['a/kernel', 'empty', 'scalar']);
  assert.deepEqual(file.tensors.get('a/kernel')!.shape, [2, 3]);
  assert.deepEqual([...file.tensors.get('a/kernel')!.read()], [1, 2, 3, 4, 5, 6]);
  assert.deepEqual([...file.tensors.get('scalar')!.read()], [-0.5]);
  // The arrays begin at a multiple of 8 bytes, as the format recommends.
  assert.equal(readFileSync(path).readBigUInt64LE() % 8n, 0n);
});

test('float16, with subnormals and infinities, and bfloat16 are converted', (t) => {
  const halves = Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x0001, 0x83ff, 0x7c00, 0xfc00).buffer);
  const values = read(t, bytesOf({ a: { dtype: 'F16', shape: [7], data_offsets: [0, 14] } }, halves))['a']!;
  assert.deepEqual(values, [1, -2, 0.333251953125, 2 ** -24, -1023 * 2 ** -24, Infinity, -Infinity]);
  const brains = Buffer.from(Uint16Array.of(0x3f80, 0xbfc0, 0x4049).buffer);
  assert.deepEqual(
    read(t, bytesOf({ a: { dtype: 'BF16', shape: [3], data_offsets: [0, 6] } }, brains))['a'],
    [1, -1.5, 3.140625],
  );
});

test('headers with wrong lengths, offsets and types are refused without allocating memory', (t) => {
  const one = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const data = new Uint8Array(4);
  const cases: readonly (readonly [string, Buffer])[] = [
    ['no header', Buffer.from('abc')],
    ['a header of exabytes', bytesOf('{}', data, Number.MAX_SAFE_INTEGER)],
    ['a header longer than the file', bytesOf({ a: one }, data, 5000)],
    ['a header that is not JSON', bytesOf('{"a":')],
    ['a header that is a list', bytesOf('[]')],
    ['an array that ends after the file', bytesOf({ a: { ...one, data_offsets: [0, 400], shape: [100] } }, data)],
    ['an array that begins before the data', bytesOf({ a: { ...one, data_offsets: [-4, 0] } }, data)],
    ['a shape that does not fit its offsets', bytesOf({ a: { ...one, shape: [2] } }, data)],
    ['a shape larger than the file', bytesOf({ a: { ...one, shape: [1e15, 1e15] } }, data)],
    ['a negative edge', bytesOf({ a: { ...one, shape: [-1] } }, data)],
    ['an unknown type', bytesOf({ a: { ...one, dtype: 'F8_E4M3' } }, data)],
    ['an array without a description', bytesOf({ a: null }, data)],
  ];
  for (const [what, content] of cases) {
    assert.throws(() => read(t, content), { code: 'WEIGHTS_DAMAGED' }, what);
  }
  assert.throws(() => read(t, bytesOf({ a: { ...one, dtype: 'I32' } }, data)), /holds I32/);
});

test('a truncated or changed file is read or refused, without a crash', (t) => {
  const whole = bytesOf({ a: { dtype: 'F32', shape: [4], data_offsets: [0, 16] } }, new Uint8Array(16));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
      const content = Buffer.from(whole.subarray(0, length));
      if (at < length) content[at] = byte;
      try {
        read(t, content);
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
      }
    }),
    { numRuns: 100, seed: 7 },
  );
});

test('a header with 100,000 arrays is refused', (t) => {
  const entry = { dtype: 'F32', shape: [0], data_offsets: [0, 0] };
  const header = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`array_${index}`, entry]));
  assert.throws(() => read(t, bytesOf(header)), { code: 'WEIGHTS_DAMAGED', message: /100000 arrays/ });
});
