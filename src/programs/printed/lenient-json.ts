/**
 * Parses JSON as Python's `json.dumps` writes it: `NaN`, `Infinity` and `-Infinity`, which JSON does not have, become texts.
 *
 * @throws {SyntaxError}
 */
export function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return JSON.parse(text.replace(NON_FINITE, '"$1"'));
  }
}

/** The number that a value is, those without a spelling in JSON included; `undefined` for anything else. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^(?:NaN|-?Infinity)$/.test(value) ? Number(value) : undefined;
}

const NON_FINITE = /(?<=[:[,]\s*)(-?(?:NaN|Infinity))(?=\s*[,}\]])/g;
