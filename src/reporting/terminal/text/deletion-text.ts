import type { Deletion } from '../../../core/reports/deletion.js';
import { formatBytes, formatCounted } from '../../../core/format.js';
import { printable } from '../../../core/printable.js';

/** What a deletion would remove, before the question. */
export function deletionText(deletion: Deletion): string {
  const { sweep, trials, sweeps, shared } = deletion;
  const what =
    sweep === undefined
      ? `trial ${trials.join(', ')} of ${sweeps.map(printable).join(' and ')}`
      : `the sweep ${printable(sweep)} with ${formatCounted(trials.length, 'trial')}`;
  const rest =
    sweep === undefined ? AGAIN : shared > 0 ? `${formatCounted(shared, 'trial')} of other sweeps, too: kept.\n` : '';
  return `This deletes ${what}: ${freed(deletion)}.\n${rest}`;
}

/** A line about what was removed. */
export const deletedText = (deletion: Deletion): string => `Deleted ${freed(deletion)}.\n`;

const freed = ({ rows, files, bytes }: Deletion): string =>
  `${formatCounted(rows, 'row')} of results and ${formatCounted(files, 'file')} (${formatBytes(bytes)})`;

const AGAIN =
  'A sweep whose file still declares it trains it again when it runs; `exclude` in the file prevents that.\n';
