import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import stringWidth from 'string-width';
import { drawTable, type TableCell, type TableColumn } from '../../../../src/reporting/terminal/tables/table.js';

const plain = new Chalk({ level: 0 });
const COLUMNS: readonly TableColumn[] = [
  { title: 'rank', align: 'right' },
  { title: 'backbone' },
  { title: 'loss', align: 'right' },
];

const draw = (rows: readonly (readonly TableCell[])[], columns?: number): string[] =>
  drawTable(COLUMNS, rows, { columns, style: plain }).trimEnd().split('\n');

test('numbers align right, words align left, and lines have no trailing blanks', () => {
  assert.deepEqual(
    draw([
      ['1', 'b0', '0.1000'],
      ['10', 'efficientnet', '12.50'],
      ['2', 'b7', ''],
    ]),
    ['rank  backbone        loss', '   1  b0            0.1000', '  10  efficientnet   12.50', '   2  b7'],
  );
});

test('a table without rows is its header', () => {
  assert.deepEqual(draw([]), ['rank  backbone  loss']);
});

test('wide characters take two columns', () => {
  const [header, first, second] = draw([
    ['1', '深層学習', '1'],
    ['2', 'ab', '22'],
  ]);
  assert.equal(header, 'rank  backbone  loss');
  assert.equal(first, '   1  深層学習     1');
  assert.equal(second, '   2  ab          22');
});

test('in a narrow terminal the widest text is cut, then columns from the right, and the table says so', () => {
  const rows = [['1', 'a rather long name of a backbone', '0.1000']];
  for (const columns of [40, 30, 24, 20, 12, 6]) {
    for (const line of draw(rows, columns)) assert.ok(stringWidth(line) <= columns, `${columns}: ${line}`);
  }
  assert.deepEqual(draw(rows, 30), ['rank  backbone            loss', '   1  a rather long n…  0.1000']);
  assert.deepEqual(draw(rows, 14).slice(0, 2), ['rank  backbone', '   1  a rathe…']);
  assert.match(draw(rows, 14)[2]!, /^and 1 more/);
});

test('a wide character is never cut in half', () => {
  const rows = [['1', '深層学習深層学習', '1']];
  for (let columns = 12; columns < 30; columns++) {
    for (const line of draw(rows, columns)) assert.ok(stringWidth(line) <= columns, `${columns}: ${line}`);
  }
});

test('a cell is one line without control characters', () => {
  const [, row = ''] = draw([['1', 'two\nlines\r\nand\ta tab\u2028', '\u001b[31mred\u001b[0m']]);
  assert.match(row, /two ⏎ lines ⏎ and a tab ⏎ /);
  const [, hostile = ''] = draw([['1', '\u001b]0;title\u0007\u202egnp.exe\u0000\u009b2J', '']]);
  assert.doesNotMatch(hostile, /[\p{Cc}\u202e]/u);
  assert.doesNotMatch(row, /\p{Cc}/u);
});

test('colours do not change the alignment, and a cut cell keeps its colour', () => {
  const style = new Chalk({ level: 1 });
  const rows: TableCell[][] = [['1', { text: 'a rather long name', paint: style.green }, '0.1']];
  const text = drawTable(COLUMNS, rows, { columns: 26, style });
  const [header = '', row = ''] = text.trimEnd().split('\n');
  assert.equal(row, `   1  ${style.green('a rather long…')}   0.1`);
  assert.equal(stringWidth(header), 26);
});
