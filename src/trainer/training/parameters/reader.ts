import { InputError } from '../../../core/errors.js';
import type { ParameterSchema } from '../../../core/trainer/manifest.js';
import type { Params, ParamValue } from '../../../core/parameters.js';

/** Some of the image classifier's parameters: names and schemas, as its manifest declares them. */
export type ParameterGroup = Readonly<Record<string, ParameterSchema>>;

/** Reads the parameters of one trial, with the manifest's defaults, and checks each value against its schema. */
export interface ParameterReader {
  value(name: string): ParamValue | undefined;
  number(name: string): number;
  /** For a parameter without a default: `undefined` if the trial does not set it. */
  optionalNumber(name: string): number | undefined;
  string(name: string): string;
  /** For a parameter without a default: `undefined` if the trial does not set it. */
  optionalString(name: string): string | undefined;
  boolean(name: string): boolean;
}

/** @throws InputError PARAMETER_UNKNOWN; the reader's methods throw PARAMETER_INVALID */
export function readParameters(params: Params, schemas: ParameterGroup): ParameterReader {
  for (const name of Object.keys(params)) {
    if (Object.hasOwn(schemas, name)) continue;
    throw new InputError('PARAMETER_UNKNOWN', `the image classifier has no parameter "${name}"`, {
      hint: `Its parameters are ${Object.keys(schemas).join(', ')}.`,
    });
  }
  const value = (name: string): ParamValue | undefined => {
    const schema = schemas[name]!;
    const given = params[name] ?? schema.default;
    if (given !== undefined && !fits(given, schema)) throw parameterInvalid(name, given, schema.description);
    return given;
  };
  return {
    value,
    number: (name) => value(name) as number,
    optionalNumber: (name) => value(name) as number | undefined,
    string: (name) => value(name) as string,
    optionalString: (name) => value(name) as string | undefined,
    boolean: (name) => value(name) as boolean,
  };
}

/** The error for an invalid value. `hint` says which values are valid. */
export function parameterInvalid(name: string, value: ParamValue, hint: string): InputError {
  return new InputError('PARAMETER_INVALID', `parameter "${name}" cannot be ${JSON.stringify(value)}`, { hint });
}

/**
 * Checks a value against the part of JSON Schema that manifests use: `type` with bounds or `pattern`, `enum`, `items`,
 * `minItems`, `oneOf`.
 */
function fits(value: ParamValue, schema: Omit<ParameterSchema, 'description'>): boolean {
  if (schema.oneOf !== undefined) return schema.oneOf.some((choice) => fits(value, choice));
  if (schema.enum !== undefined) return schema.enum.includes(value);
  if (isList(value)) {
    const { items, minItems = 0 } = schema;
    return schema.type === 'array' && value.length >= minItems && value.every((item) => !items || fits(item, items));
  }
  if (typeof value === 'string') {
    return schema.type === 'string' && (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value));
  }
  if (typeof value !== 'number') return typeof value === schema.type && value !== null;
  if (schema.type !== 'number' && schema.type !== 'integer') return false;
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return false;
  return (
    Number.isFinite(value) &&
    value >= (schema.minimum ?? -Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity) &&
    value < (schema.exclusiveMaximum ?? Infinity)
  );
}

const isList = (value: ParamValue): value is readonly ParamValue[] => Array.isArray(value);
