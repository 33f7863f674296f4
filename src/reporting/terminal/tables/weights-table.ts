import type { ChalkInstance } from 'chalk';
import { formatBytes } from '../../../core/format.js';
import { drawTable } from './table.js';

/** Weights of a backbone in the user's cache. */
export interface ListedWeights {
  readonly backbone: string;
  readonly bytes: number;
  /** Whether a hash that the publisher names was checked. */
  readonly verified: boolean;
  /** An address, or the path of the file that was imported. */
  readonly source: string;
}

/** A row for each backbone; `columns` is the width of the terminal, `undefined`: nothing is cut. */
export function weightsTable(
  weights: readonly ListedWeights[],
  options: { readonly columns: number | undefined; readonly style: ChalkInstance },
): string {
  const columns = [
    { title: 'backbone' },
    { title: 'size', align: 'right' as const },
    { title: 'verified' },
    { title: 'from' },
  ];
  const rows = weights.map((one) => [one.backbone, formatBytes(one.bytes), verifiedBy(one), one.source]);
  return drawTable(columns, rows, options);
}

function verifiedBy({ verified, source }: Pick<ListedWeights, 'verified' | 'source'>): string {
  if (verified) return 'publisher’s hash';
  return /^https?:/.test(source) ? 'first download' : 'no, imported';
}
