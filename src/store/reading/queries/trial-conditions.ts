import type { AttemptConditions } from '../../../core/results/trial-details.js';
import { type Reader, readRows } from '../../../core/results/reader.js';
import { cellNumber, cellText, type Cell } from '../../../core/results/query-result.js';

/**
 * Conditions of a trial's ended attempts, ordered by attempt. `counting`: only those with an epoch that is not superseded.
 */
export async function trialConditions(
  reader: Reader,
  trial: number,
  { counting }: { readonly counting: boolean },
): Promise<AttemptConditions[]> {
  const rows = await readRows(
    reader,
    `select a.attempt, a.sweep, d.revision, a.device, a.threads, a.micro_batch, a.cpu, a.gpu, a.tensorflow_version,
       a.node_version, a.trainer, a.trainer_version, r.dataset_fingerprint
     from attempts a
     join data.attempts d on d.trial = a.trial and d.attempt = a.attempt
     join data.revisions r on r.sweep = d.sweep and r.revision = d.revision
     where a.trial = $1::integer and (not $2::boolean or a.attempt in (
       select attempt from data.history where trial = $1::integer
     ))
     order by a.attempt`,
    [trial, counting],
  );
  return rows.map(([attempt, sweep, revision, device, threads, microBatch, cpu, gpu, tensorflow, node, ...rest]) => ({
    attempt: Number(attempt),
    sweep: cellText(sweep),
    revision: Number(revision),
    device: cellText(device),
    threads: Number(threads),
    microBatch: cellNumber(microBatch),
    ...{ cpu: textOrNone(cpu), gpu: textOrNone(gpu), tensorflow: textOrNone(tensorflow), node: cellText(node) },
    ...{ trainer: cellText(rest[0]), trainerVersion: cellText(rest[1]), datasetFingerprint: textOrNone(rest[2]) },
  }));
}

const textOrNone = (cell: Cell | undefined): string | undefined => (cell == null ? undefined : cellText(cell));
