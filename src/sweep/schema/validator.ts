import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { ParameterSchema, TrainerManifest } from '../../core/trainer/manifest.js';
import type { ParamValue } from '../../core/parameters.js';
import { sweepSchema } from './schema.js';

/** The errors of the schema for this built-in trainer, without errors that only repeat others. */
export function schemaErrors(sweep: unknown, manifest: TrainerManifest): ErrorObject[] {
  const { validate } = validatorOf(manifest);
  validate(sweep);
  return distinct(validate.errors ?? []);
}

/** Whether `schema`, of a parameter of the built-in trainer, accepts `value`. */
export function fits(value: ParamValue, schema: ParameterSchema, manifest: TrainerManifest): boolean {
  return validatorOf(manifest).ajv.validate(schema, value);
}

type Validator = ReturnType<typeof makeValidator>;

const validators = new WeakMap<TrainerManifest, Validator>();

function validatorOf(manifest: TrainerManifest): Validator {
  const known = validators.get(manifest) ?? makeValidator(manifest);
  validators.set(manifest, known);
  return known;
}

function makeValidator(manifest: TrainerManifest) {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    ownProperties: true,
    strictTypes: false,
    strictRequired: false,
  });
  // Our own check reports every repeated value at its place; this keyword stops at the first.
  ajv.removeKeyword('uniqueItems').addKeyword('uniqueItems');
  return { ajv, validate: ajv.compile(sweepSchema(manifest)) };
}

/** Drops errors of conditions, of the branches of a failed choice, and inside of propertyNames. */
function distinct(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = new Set(
    errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf').map(({ schemaPath }) => schemaPath),
  );
  return errors.filter(
    ({ keyword, schemaPath, propertyName }) =>
      keyword !== 'if' &&
      propertyName === undefined &&
      ![...choices].some((choice) => schemaPath.startsWith(`${choice}/`)),
  );
}
