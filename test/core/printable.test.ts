import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, printableLines } from '../../src/core/printable.js';

test('escape sequences, control characters and marks of direction become visible', () => {
  assert.equal(printable('birds\u001b[31m\u0007\u009b2J'), 'birds�[31m��2J');
  assert.equal(printable('a\u202eb\u2066c\u200f'), 'a�b�c�');
});

test('a line stays one line, and plain text stays as it is', () => {
  assert.equal(printable('a\r\nb\nc\u2028d\te'), 'a ⏎ b ⏎ c ⏎ d e');
  assert.equal(printable('naïve 鳥 🦆'), 'naïve 鳥 🦆');
});

test('text of several lines keeps its line feeds', () => {
  assert.equal(printableLines('a\u001b[2J\nb\r'), 'a�[2J\nb ⏎ ');
});
