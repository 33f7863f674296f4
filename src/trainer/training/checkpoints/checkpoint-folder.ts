import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson, type ParamValue } from '../../../core/parameters.js';
import { syncPath } from '../../../platform/replace-file.js';
import type { CheckpointFile } from '../../../core/training.js';
import { readArrays, writeArrays } from './array-file.js';
import { checkpointName, comparePlaces, parseCheckpointName, type NamedPlace } from './checkpoint-names.js';
import type { AccumulatorState } from '../metrics/metric-accumulator.js';
import type { Checkpoint, CheckpointOwner, EpochPlace, TrialPlace } from './checkpoint.js';

/** A checkpoint as it is read, or why it is of no use. */
export type ReadCheckpoint =
  { readonly usable: true; readonly checkpoint: Checkpoint } | { readonly usable: false; readonly reason: string };

/**
 * A trial's checkpoints. Those after an epoch stay until the main process removes them; of those within epochs the newest
 * stays until `dropPartial`.
 */
export class CheckpointFolder {
  readonly #folder: string;
  readonly #owner: CheckpointOwner;
  /** Whether the folder itself is known to be on disk. */
  #lasts = false;

  constructor(folder: string, owner: CheckpointOwner) {
    this.#folder = folder;
    this.#owner = owner;
  }

  /** Names of the checkpoints that a trial with so many recorded epochs could go on from, the newest first. */
  candidates(recordedEpochs: number): string[] {
    return this.#list()
      .filter(({ place }) => place.epochs <= recordedEpochs)
      .map(({ name }) => name);
  }

  /** Reads one and checks every byte of it. */
  read(name: string): ReadCheckpoint {
    const read = readArrays(path.join(this.#folder, name));
    if (!read.whole) return { usable: false, reason: read.reason };
    // The checksum vouches for the shape: it is the one that was written, by this format.
    const { owner, place, history, inference } = read.meta as Omit<Checkpoint, 'state'>;
    const stranger = differenceBetween(owner, this.#owner);
    if (stranger !== undefined) return { usable: false, reason: stranger };
    return { usable: true, checkpoint: { owner, place: placeOf(place), history, inference, state: read.arrays } };
  }

  /** Saves what there is of a trial; on disk when it resolves. Throws what the disk says. */
  async save({ place, history, inference, state }: Omit<Checkpoint, 'owner'>): Promise<CheckpointFile> {
    const { epoch, within } = place;
    const name = checkpointName({ epochs: epoch, step: within?.step ?? 0 });
    const meta = { owner: this.#owner, place, history, inference };
    const file = { file: name, ...(await writeArrays(path.join(this.#folder, name), { meta, arrays: state })) };
    if (!this.#lasts) await syncPath(path.dirname(this.#folder));
    this.#lasts = true;
    if (within !== undefined) this.dropPartial(name);
    return file;
  }

  /** Removes the checkpoints within epochs, but for one. */
  dropPartial(except?: string): void {
    for (const { name, place } of this.#list()) {
      if (place.step > 0 && name !== except) rmSync(path.join(this.#folder, name), { force: true });
    }
  }

  #list(): { readonly name: string; readonly place: NamedPlace }[] {
    return readdirSync(this.#folder)
      .flatMap((name) => {
        const place = parseCheckpointName(name);
        return place === undefined ? [] : [{ name, place }];
      })
      .sort((a, b) => comparePlaces(a.place, b.place));
  }
}

/** Version 0.1 wrote the sums of an epoch under way as `tally`. */
function placeOf({ epoch, within }: TrialPlace): TrialPlace {
  if (within === undefined) return { epoch, within };
  const { step, sums, tally } = within as EpochPlace & { readonly tally?: AccumulatorState };
  return { epoch, within: { step, sums: tally ?? sums } };
}

/** In what two owners differ, in words. */
function differenceBetween(found: CheckpointOwner, own: CheckpointOwner): string | undefined {
  const keys = ['trainer', 'seed', 'params', 'classNames', 'images'] as const;
  const other = keys.find((key) => canonicalJson(found[key] as ParamValue) !== canonicalJson(own[key] as ParamValue));
  switch (other) {
    case undefined:
      return undefined;
    case 'trainer':
      return `it was written by ${found.trainer}, and this is ${own.trainer}`;
    case 'seed':
    case 'params':
      return `it is another trial's: its ${other === 'seed' ? 'seed differs' : 'parameters differ'}`;
    case 'classNames':
    case 'images':
      return 'it is of another dataset';
    default:
      return other satisfies never;
  }
}
