import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const FOLDER = join(import.meta.dirname, '../../docs/json');

/** Parses what a command printed and checks it against its documented schema, `docs/json/<name>.schema.json`. */
export function parseDocumented(name: string, printed: string): unknown {
  const schema = JSON.parse(readFileSync(join(FOLDER, `${name}.schema.json`), 'utf8')) as object;
  const validate = new Ajv2020({ formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ } }).compile(
    schema,
  );
  const value: unknown = JSON.parse(printed);
  assert.ok(validate(value), `${name}: ${JSON.stringify(validate.errors, null, 2)}\n${printed}`);
  return value;
}
