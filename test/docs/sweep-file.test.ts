import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ParameterSchema } from '../../src/core/trainer/manifest.js';
import { planTrials } from '../../src/search/plan.js';
import type { SweepDefinition } from '../../src/sweep/definition.js';
import { parseSweep } from '../../src/sweep/parse.js';
import { DISTRIBUTIONS } from '../../src/sweep/schema/parameter-schema.js';
import { sweepSchema } from '../../src/sweep/schema/schema.js';
import { imageClassifier } from '../../src/trainer/manifest.js';
import { identity } from '../search/helpers.js';
import { blocksOf, PAGES, readPage, ROOT, tableRows } from './pages.js';

/** A part of a file, such as `max_time: 8h` alone, shows a key and is no sweep. */
const isSweep = (code: string): boolean => /^parameters:/m.test(code);

const parse = (file: string, text: string): SweepDefinition =>
  parseSweep({ file, text }, { manifest: imageClassifier });

describe('a sample sweep', () => {
  const folder = join(ROOT, 'sweeps');
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml'))) {
    test(`${name} plans to a handful of trials and names the schema`, () => {
      const text = readFileSync(join(folder, name), 'utf8');
      const { size } = planTrials(parse(join(folder, name), text), identity);
      assert.ok(size >= 6 && size <= 100, `${size} trials`);
      assert.match(text, /^# yaml-language-server: \$schema=\.\/sweep\.schema\.json\n/);
    });
  }
});

for (const page of PAGES) {
  const examples = blocksOf(readPage(page)).filter(({ language, code }) => language === 'yaml' && isSweep(code));
  if (examples.length === 0) continue;
  test(`${page} shows only valid sweep files`, () => {
    for (const { code } of examples) {
      const method = /^method:/m.test(code) ? '' : 'method: grid\n';
      parse(join(ROOT, page), `${code}${method}`);
    }
  });
}

describe('the reference of the sweep file', () => {
  const reference = readPage('docs/sweep-file-reference.md');
  const rows = tableRows(reference);
  const titled = (name: string): string[] | undefined => rows.find(([title]) => title?.includes(`\`${name}\``));

  test('has a row for every key, distribution and metric', () => {
    const { properties } = sweepSchema(imageClassifier) as { readonly properties: object };
    const metrics = Object.keys(imageClassifier.metrics).filter((name) => !name.startsWith('val_'));
    const missing = [...Object.keys(properties), ...DISTRIBUTIONS, ...metrics].filter((name) => !titled(name));
    assert.deepEqual(missing, []);
  });

  const start = reference.indexOf('## Settings of the built-in trainer');
  const settings = tableRows(reference.slice(start, reference.indexOf('\n### Backbones', start)));

  for (const [name, schema] of Object.entries(imageClassifier.parameters)) {
    test(`says what ${name} takes and its default`, () => {
      const row = settings.find(([title]) => title === `\`${name}\``);
      assert.ok(row, `no row for ${name}`);
      const [, takes = '', written = ''] = row;
      const expected = takesOf(schema);
      if (expected !== undefined) assert.equal(takes.replaceAll('`', ''), expected);
      const names = name === 'backbone' ? [] : (schema.enum ?? []);
      for (const value of names) assert.ok(takes.includes(`\`${JSON.stringify(value).replaceAll('"', '')}\``), takes);
      const { default: value } = schema;
      const plain = written.replaceAll('`', '');
      if (value !== undefined) assert.ok(plain === value || plain === JSON.stringify(value) || Number(plain) === value);
    });
  }
});

/** What a value of this schema is, in the words of the reference; `undefined` where a schema alone does not say it. */
function takesOf(schema: ParameterSchema): string | undefined {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (type === 'boolean') return 'true or false';
  if (type !== 'integer' && type !== 'number') return undefined;
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (exclusiveMinimum !== undefined && exclusiveMaximum !== undefined) {
    return `${kind} between ${exclusiveMinimum} and ${exclusiveMaximum}`;
  }
  const from = exclusiveMinimum === undefined ? ` from ${minimum}` : ` above ${exclusiveMinimum}`;
  if (exclusiveMaximum !== undefined) return `${kind}${from}, below ${exclusiveMaximum}`;
  if (maximum === undefined) return `${kind}${from}`;
  return exclusiveMinimum === undefined ? `${kind}${from} to ${maximum}` : `${kind}${from}, up to ${maximum}`;
}
