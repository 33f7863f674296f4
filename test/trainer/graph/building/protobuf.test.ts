import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bytesField,
  floatField,
  intField,
  messageField,
  packedInts,
} from '../../../../src/trainer/graph/building/protobuf.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// The first four are the examples of https://protobuf.dev/programming-guides/encoding/.
test('fields are encoded as the protocol buffers documentation specifies', () => {
  assert.equal(hex(intField(1, 150)), '089601');
  assert.equal(hex(bytesField(2, 'testing')), '120774657374696e67');
  assert.equal(hex(messageField(3, intField(1, 150))), '1a03089601');
  assert.equal(hex(bytesField(6, packedInts([3, 270, 86942]))), '3206038e029ea705');
  assert.equal(hex(intField(1, -2)), '08feffffffffffffffff01');
  assert.equal(hex(intField(1, 0)), '0800');
  assert.equal(hex(intField(20, 2 ** 40)), `a001${'80'.repeat(5)}20`);
  assert.equal(hex(floatField(1, 1.5)), '0d0000c03f');
  assert.equal(hex(bytesField(1, 'ö')), '0a02c3b6');
});
