import type { ParamValue } from '../../core/parameters.js';

/** A value as Python has it: `Float` is a whole number that is a float there, a `Map` is a dict. */
export type PythonValue = ParamValue | Float | ReadonlyMap<string, PythonValue> | readonly PythonValue[];

export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Python's `str(value)`. */
export const pythonStr = (value: PythonValue): string => (typeof value === 'string' ? value : render(value, REPR));

/** Python's `json.dumps(value)`: with spaces, and in ASCII. */
export const pythonJson = (value: PythonValue): string => render(value, JSON_STYLE);

interface Style {
  readonly none: string;
  readonly true: string;
  readonly false: string;
  readonly text: (text: string) => string;
}

const REPR: Style = { none: 'None', true: 'True', false: 'False', text: reprOf };
const JSON_STYLE: Style = {
  none: 'null',
  true: 'true',
  false: 'false',
  text: (text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, escapeUnit),
};

function render(value: PythonValue, style: Style): string {
  if (value === null) return style.none;
  if (value instanceof Float) return floatText(value.value);
  switch (typeof value) {
    case 'boolean':
      return value ? style.true : style.false;
    case 'number':
      return Number.isInteger(value) ? BigInt(value).toString() : floatText(value);
    case 'string':
      return style.text(value);
    default: {
      if (Array.isArray(value)) return `[${value.map((item: PythonValue) => render(item, style)).join(', ')}]`;
      const entries = value instanceof Map ? [...(value as Map<string, PythonValue>)] : Object.entries(value);
      const members = entries.map(([key, inner]) => `${style.text(key)}: ${render(inner as PythonValue, style)}`);
      return `{${members.join(', ')}}`;
    }
  }
}

/** Python's `repr` of a float: the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
function floatText(value: number): string {
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (Number.isInteger(value)) return `${Object.is(value, -0) ? '-' : ''}${BigInt(value)}.0`;
  return String(value);
}

/** Python's `repr` of a text. */
function reprOf(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(quote, `\\${quote}`)
    .replace(/[\u0000-\u001f\u007f-\u00a0\u00ad]/g, (char) => `\\x${hex(char, 2)}`);
  return `${quote}${body}${quote}`;
}

const escapeUnit = (unit: string): string => `\\u${hex(unit, 4)}`;

const hex = (char: string, digits: number): string => char.charCodeAt(0).toString(16).padStart(digits, '0');
