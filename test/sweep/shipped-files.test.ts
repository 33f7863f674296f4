import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { SweepDefinition } from '../../src/sweep/definition.js';
import { DISTRIBUTIONS } from '../../src/sweep/schema/parameter-schema.js';
import { parseSweep } from '../../src/sweep/parse.js';
import { planTrials } from '../../src/search/plan.js';
import { sweepSchema } from '../../src/sweep/schema/schema.js';
import { imageClassifier } from '../../src/trainer/manifest.js';
import { identity } from '../search/helpers.js';

const parse = (file: string, text: string): SweepDefinition =>
  parseSweep({ file, text }, { manifest: imageClassifier });

describe('a sample sweep', () => {
  const folder = join(process.cwd(), 'sweeps');
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml'))) {
    test(`${name} plans to a handful of trials and names the schema`, () => {
      const text = readFileSync(join(folder, name), 'utf8');
      const { size } = planTrials(parse(join(folder, name), text), identity);
      assert.ok(size >= 6 && size <= 100, `${size} trials`);
      assert.match(text, /^# yaml-language-server: \$schema=\.\/sweep\.schema\.json\n/);
    });
  }
});

describe('the reference of the sweep file', () => {
  const file = join(process.cwd(), 'docs/sweep-file.md');
  const reference = readFileSync(file, 'utf8');
  /** The cells of every row of every table. */
  const rows = reference
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const titled = (name: string): string[] | undefined => rows.find(([, title]) => title?.includes(`\`${name}\``));

  test('shows only valid files', () => {
    const examples = [...reference.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
    assert.ok(examples.length >= 5);
    for (const text of examples) parse(file, /^method:/m.test(text) ? text : `${text}method: grid\n`);
  });

  test('has a row for every key and every distribution', () => {
    const { properties } = sweepSchema(imageClassifier) as { readonly properties: object };
    const missing = [...Object.keys(properties), ...DISTRIBUTIONS].filter((name) => titled(name) === undefined);
    assert.deepEqual(missing, []);
  });

  test('names the defaults that the trainer has', () => {
    const settings = reference.indexOf('### Settings of the built-in trainer');
    const own = reference.slice(settings, reference.indexOf('\n## ', settings)).split('\n');
    for (const [name, { default: value }] of Object.entries(imageClassifier.parameters)) {
      if (value === undefined) continue;
      const cell = own.find((line) => line.startsWith(`| \`${name}\``))?.split('|')[3] ?? '';
      const written = cell.replaceAll('`', '').trim();
      assert.ok(
        written === value || written === JSON.stringify(value) || Number(written) === value,
        `${name}: ${cell}`,
      );
    }
  });
});
