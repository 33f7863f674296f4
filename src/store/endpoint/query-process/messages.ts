import type { QueryValue } from '../../../core/results/reader.js';
import type { QueryLimits } from '../../reading/query-limits.js';
import type { FileState } from '../../schema/file-state.js';
import type { QueryFailure } from '../protocol.js';

/** The one query that a query process answers at a time. */
export interface UserQuery {
  readonly sql: string;
  readonly values: readonly QueryValue[];
}

export type QueryProcessRequest =
  /** Copies a database into `folder` and opens the copy. Answered by a reply. */
  | { readonly type: 'open'; readonly state: FileState; readonly folder: string; readonly limits: QueryLimits }
  /** Answered on standard output; see `frames.ts`. */
  | { readonly type: 'query'; readonly query: UserQuery }
  /** Ends the query under way. */
  | { readonly type: 'cancel' };

export type QueryProcessReply = { readonly type: 'opened' } | { readonly type: 'failed'; readonly error: QueryFailure };
