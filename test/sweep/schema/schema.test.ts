import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse as parseYaml } from 'yaml';
import { sweepSchema, type JsonSchema } from '../../../src/sweep/schema/schema.js';
import { imageClassifier } from '../../../src/trainer/manifest.js';
import { manifest } from '../../fixtures/manifest.js';

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

test('the schema that ships for editors is the one that files are checked with', () => {
  const shipped: unknown = JSON.parse(readFileSync(join(process.cwd(), 'sweeps/sweep.schema.json'), 'utf8'));
  const printed = JSON.stringify(sweepSchema(imageClassifier));
  assert.equal(JSON.stringify(shipped), printed, 'after a change: sweep schema > sweeps/sweep.schema.json');
});

test('`sweep schema` prints it', () => {
  const command = new URL('../../../src/commands/schema.js', import.meta.url).href;
  const program = `import { schema } from ${JSON.stringify(command)}; await schema.handler({});`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(printed), sweepSchema(imageClassifier));
});

test('every key that a user can write is described', () => {
  const undescribed: string[] = [];
  const visit = (schema: unknown, path: string, isBranch: boolean): void => {
    if (!isObject(schema)) return;
    for (const [name, property] of Object.entries(isObject(schema['properties']) ? schema['properties'] : {})) {
      const isDescribed = isObject(property) && typeof property['description'] === 'string';
      if (!isDescribed && !isBranch) undescribed.push(`${path}/${name}`);
      visit(property, `${path}/${name}`, isBranch);
    }
    for (const [name, inner] of Object.entries(isObject(schema['$defs']) ? schema['$defs'] : {})) {
      assert.ok(isObject(inner) && typeof inner['description'] === 'string', name);
      visit(inner, `#${name}`, isBranch);
    }
    visit(schema['items'], `${path}[]`, isBranch);
    visit(schema['additionalProperties'], `${path}{}`, isBranch);
  };
  visit(sweepSchema(manifest), '', false);
  assert.deepEqual(undescribed, []);
});

test('it tells good files from bad ones by itself, as an editor uses it', () => {
  const validate = new Ajv2020({ strictTypes: false, strictRequired: false }).compile(sweepSchema(manifest));
  const judge = (text: string): boolean => validate(parseYaml(text));
  assert.ok(judge('{method: grid, parameters: {gamma: {values: [0, 1]}}, epochs: 3}'));
  assert.ok(judge('{method: random, parameters: {optimizer: {parameters: {name: {value: sgd}}}}}'));
  assert.ok(judge('{method: random, parameters: {optimizer.momentum: {distribution: q_uniform, min: 0, max: 1}}}'));
  assert.ok(judge('{method: grid, program: x.py, parameters: {anything: {parameters: {a: {value: 1}}}}}'));
  assert.ok(judge('{method: grid, trainer: ./x.js, metric: {name: any}, parameters: {a: {values: [{}, null]}}}'));
  for (const bad of [
    '{method: grid, parameters: {gamma: {values: [-1]}}}',
    '{method: grid, parameters: {gama: {values: [1]}}}',
    '{method: grid, parameters: {gamma: {values: [1, 1]}}}',
    '{method: grid, parameters: {gamma: {vales: [1]}}}',
    '{method: grid, parameters: {optimizer: {parameters: {name: {value: x}}}}}',
    '{method: grid, parameters: {gamma: {distribution: uniform, values: [1]}}}',
    '{method: grid, parameters: {gamma: {values: [1]}}, metric: {name: accuracy}}',
    '{method: grid, parameters: {gamma: {values: [1]}}, trainer: ./x.js}',
    '{method: grid, parameters: {gamma: {values: [1]}}, trainer: image-clasifier}',
    '{method: grid, parameters: {gamma: {values: [1]}}, devices: gpu}',
  ]) {
    assert.ok(!judge(bad), bad);
  }
});
