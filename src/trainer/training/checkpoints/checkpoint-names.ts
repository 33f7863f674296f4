/** Where a checkpoint was taken: after `epochs` whole epochs and `step` steps of the next, 0 between two epochs. */
export interface NamedPlace {
  readonly epochs: number;
  readonly step: number;
}

/** `epoch-0007.ckpt` after epoch 7, `epoch-0007-step-000120.ckpt` after 120 steps of epoch 7. */
export function checkpointName({ epochs, step }: NamedPlace): string {
  if (step === 0) return `epoch-${digits(epochs, 4)}.ckpt`;
  return `epoch-${digits(epochs + 1, 4)}-step-${digits(step, 6)}.ckpt`;
}

/** `undefined` for what is not the name of a checkpoint. */
export function parseCheckpointName(name: string): NamedPlace | undefined {
  const found = /^epoch-(\d{4,})(?:-step-(\d{6,}))?\.ckpt$/.exec(name);
  if (found === null) return undefined;
  const [epoch, step] = [Number(found[1]), Number(found[2] ?? 0)];
  const place = { epochs: step === 0 ? epoch : epoch - 1, step };
  // Other spellings of the same place would be other files for it.
  return checkpointName(place) === name ? place : undefined;
}

/** What a checkpoint is called while it is written. Whoever did not come to rename it has left it behind. */
export const TEMPORARY_CHECKPOINT = /^epoch-\d{4,}(-step-\d{6,})?\.ckpt\.[0-9a-f-]{36}\.tmp$/;

/** Newest first. */
export function comparePlaces(a: NamedPlace, b: NamedPlace): number {
  return b.epochs - a.epochs || b.step - a.step;
}

const digits = (value: number, length: number): string => String(value).padStart(length, '0');
