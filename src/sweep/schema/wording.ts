import type { JsonSchema } from './parameter-schema.js';

/** Describes the values that a schema accepts: "a whole number from 1 to 8", "b0, b1 or b2". */
export function expected(schema: JsonSchema): string {
  const { enum: choices, const: only, oneOf, anyOf, items } = schema;
  if (Array.isArray(choices)) return alternatives(choices.map(plainText));
  if (only !== undefined) return plainText(only);
  const forms = oneOf ?? anyOf;
  if (Array.isArray(forms)) return alternatives(forms.map((form) => expected(form as JsonSchema)));
  switch (schema['type']) {
    case 'number':
      return `a number${range(schema)}`;
    case 'integer':
      return `a whole number${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${isSchema(items) && items['type'] !== undefined ? `, each of it ${expected(items)}` : ''}`;
    case 'object':
      return 'a mapping';
    case 'string':
    default:
      return typeof schema['pattern'] === 'string' ? patternWords(schema['pattern']) : 'text';
  }
}

/** Describes a pattern. A choice of words with numbers is listed: "all, head or last-N-blocks". */
function patternWords(pattern: string): string {
  const [, choice = pattern] = /^\^\((.*)\)\$$/.exec(pattern) ?? [];
  const words = choice.split('|').map((word) => word.replace('[1-9][0-9]*', 'N'));
  return words.every((word) => /^[\w-]+$/.test(word)) ? alternatives(words) : `text that matches ${pattern}`;
}

/** Words joined as a choice: "a, b or c". */
function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)!}`;
}

const plainText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

function range({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): string {
  const words = [];
  if (typeof minimum === 'number') words.push(`from ${minimum}`);
  if (typeof exclusiveMinimum === 'number') words.push(`above ${exclusiveMinimum}`);
  if (typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER) words.push(`to ${maximum}`);
  if (typeof exclusiveMaximum === 'number') words.push(`below ${exclusiveMaximum}`);
  const [lower, upper] = words;
  if (lower === undefined) return '';
  return upper === undefined ? ` ${lower}` : ` ${lower}${upper.startsWith('below') ? ' and' : ''} ${upper}`;
}
