import type { Holder, QueryValue } from '../../core/results/reader.js';
import type { ControlAction } from '../../core/trial/control.js';
import { EnvironmentError, InputError, SweepwrightError } from '../../core/errors.js';
import type { Column, Row } from '../../core/results/query-result.js';
import { messageOf } from '../store-errors.js';

/** Messages on the loopback interface between the process that has a database open and its clients. */

/** Increased whenever the messages change, because the two processes can be of different versions. */
export const PROTOCOL = 2;

/** Answer to GET /holder. */
export interface HolderAnswer extends Holder {
  readonly protocol: number;
}

/**
 * Body of POST /query, for SQL that a user wrote, and of POST /read, for queries that are part of this program. The first kind
 * runs in the query process.
 */
export interface QueryRequest {
  readonly sql: string;
  readonly values: readonly QueryValue[];
}

/** Body of POST /control. */
export interface ControlRequest {
  readonly trial: number;
  readonly action: ControlAction;
}

export type ControlAnswer = { readonly accepted: true } | { readonly error: QueryFailure };

/** The answer to a query, one JSON object on each line: first the columns, then rows, last the end or an error. */
export type QueryLine =
  | { readonly columns: readonly Column[] }
  | { readonly rows: readonly Row[] }
  | { readonly end: true }
  | { readonly error: QueryFailure };

export interface QueryFailure {
  readonly kind: 'input' | 'environment';
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

export function toFailure(error: unknown): QueryFailure {
  if (error instanceof SweepwrightError) {
    const { code, message, hint } = error;
    return { kind: error instanceof InputError ? 'input' : 'environment', code, message, hint };
  }
  return { kind: 'environment', code: 'STORE_FAILED', message: messageOf(error), hint: undefined };
}

export function fromFailure({ kind, code, message, hint }: QueryFailure): SweepwrightError {
  const options = hint === undefined ? {} : { hint };
  return kind === 'input' ? new InputError(code, message, options) : new EnvironmentError(code, message, options);
}
