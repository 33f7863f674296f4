import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { only } from './helpers.js';

describe('YAML that cannot be read', () => {
  const cases: readonly (readonly [name: string, text: string, place: string, message: RegExp])[] = [
    ['an unclosed bracket', 'method: grid\nparameters:\n  gamma: {values: [0, 1}\n', '3:24 syntax', /\]/],
    ['an unclosed quote', 'method: "grid\n', '1:14 syntax', /quote/],
    ['a tab for indentation', 'method: grid\nparameters:\n\tgamma: {values: [0]}\n', '3:1 syntax', /tab/],
    [
      'a duplicate key',
      'method: grid\nmethod: random\nparameters: {gamma: {values: [0]}}',
      '2:1 duplicate-key',
      /already/,
    ],
    ['a second document', 'method: grid\n---\nmethod: grid\n', '2:1 syntax', /second document/],
    ['two keys on one line', 'method: grid\nparameters:\n  gamma: values: [0]\n', '3:10 syntax', /one line/],
    ['an unknown tag', 'method: !grid x\nparameters: {gamma: {values: [0]}}', '1:9 syntax', /tag/],
    ['a list as a key', '[a]: b\n', '1:1 syntax', /plain text/],
    ['an alias without an anchor', 'method: *m\n', '1:9 alias', /no anchor &m/],
    ['an alias inside of its anchor', 'method: grid\nparameters: &p\n  gamma: *p\n', '3:10 alias', /inside/],
    ['a merge of something else', 'method: grid\nparameters: {<<: 3}\n', '2:14 alias', /only mappings/],
    ['nesting that is too deep', `method: ${'['.repeat(20_000)}`, '1:109 syntax', /100 levels/],
    ['JSON with a missing comma', '{\n  "method": "grid"\n  "parameters": {}\n}', '3:3 syntax', /./],
  ];
  for (const [name, text, place, message] of cases) {
    test(`${name} is found in its place`, () => {
      const problem = only(text);
      assert.equal(problem.place, place);
      assert.match(problem.message, message);
    });
  }

  test('aliases that multiply beyond memory are refused', () => {
    const levels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const laughs = levels
      .slice(1)
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${levels[index]!}`).join()}]`);
    const problem = only(`a: &a [lol]\n${laughs.join('\n')}\n`);
    assert.equal(problem.place, '2:8 alias');
    assert.match(problem.message, /memory/);
  });

  test('aliases that nest too deep are refused', () => {
    const chain = Array.from({ length: 1000 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]`);
    assert.equal(only(`a0: &a0 [x]\n${chain.join('\n')}`).place, '2:10 alias');
  });
});
