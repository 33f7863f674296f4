import type { ClassMetrics } from '../../../core/results/trial-details.js';
import { type Reader, readRows } from '../../../core/results/reader.js';
import { cellText } from '../../../core/results/query-result.js';

/** Metrics per class of one epoch, ordered by F1, the worst class first. */
export async function classMetrics(reader: Reader, trial: number, epoch: number): Promise<ClassMetrics[]> {
  const rows = await readRows(
    reader,
    `select distinct class, name, precision, recall, f1, support from class_metrics
     where trial = $1::integer and epoch = $2::integer order by f1, class`,
    [trial, epoch],
  );
  return rows.map(([, name, precision, recall, f1, support]) => ({
    name: cellText(name),
    precision: Number(precision),
    recall: Number(recall),
    f1: Number(f1),
    support: Number(support),
  }));
}
