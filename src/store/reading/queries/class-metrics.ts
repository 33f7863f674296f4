import { cellText, readRows, type Reader } from '../query-result.js';

/** How a trial does on one class in one epoch. */
export interface ClassMetrics {
  readonly name: string;
  /** 0 where nothing was taken for this class. */
  readonly precision: number;
  /** 0 where there is nothing of this class. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Images of this class in validation. */
  readonly support: number;
}

/** Those of one epoch, the worst F1 first. */
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
