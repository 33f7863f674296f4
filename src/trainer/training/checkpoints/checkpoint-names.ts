import type { TrialStatus } from '../../../core/trial/trial.js';

/** Position of a checkpoint: after `epochs` complete epochs and `step` steps of the next one. `step` is 0 between two epochs. */
export interface NamedPlace {
  readonly epochs: number;
  readonly step: number;
}

/** `epoch-0007.ckpt` after epoch 7, `epoch-0007-step-000120.ckpt` after 120 steps of epoch 7. */
export function checkpointName({ epochs, step }: NamedPlace): string {
  if (step === 0) return `epoch-${digits(epochs, 4)}.ckpt`;
  return `epoch-${digits(epochs + 1, 4)}-step-${digits(step, 6)}.ckpt`;
}

/** The position in a checkpoint's name. `undefined` for any other name. */
export function parseCheckpointName(name: string): NamedPlace | undefined {
  const found = /^epoch-(\d{4,})(?:-step-(\d{6,}))?\.ckpt$/.exec(name);
  if (found === null) return undefined;
  const [epoch, step] = [Number(found[1]), Number(found[2] ?? 0)];
  const place = { epochs: step === 0 ? epoch : epoch - 1, step };
  // Accept one spelling per position, so that there is one file per position.
  return checkpointName(place) === name ? place : undefined;
}

/** Name of a checkpoint while it is being written. A file with such a name is left over from an interrupted write. */
export const TEMPORARY_CHECKPOINT = /^epoch-\d{4,}(-step-\d{6,})?\.ckpt\.[0-9a-f-]{36}\.tmp$/;

/** Newest first. */
export function comparePlaces(a: NamedPlace, b: NamedPlace): number {
  return b.epochs - a.epochs || b.step - a.step;
}

/**
 * Whether a file without a reported epoch is a leftover of the built-in trainer, so that it can be deleted: a temporary file, a
 * checkpoint that was never reported, or one from inside an epoch of a trial that has ended.
 */
export function isLeftover(name: string, status: TrialStatus): boolean {
  const place = parseCheckpointName(name);
  if (place === undefined) return TEMPORARY_CHECKPOINT.test(name);
  return place.step === 0 || status === 'completed' || status === 'stopped' || status === 'failed';
}

const digits = (value: number, length: number): string => String(value).padStart(length, '0');
