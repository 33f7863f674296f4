import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson, type ParamValue } from '../../../core/parameters.js';
import { syncPath } from '../../../platform/replace-file.js';
import type { CheckpointFile } from '../../../core/trainer/training.js';
import { readArrays, writeArrays } from './array-file.js';
import { checkpointName, comparePlaces, parseCheckpointName, type NamedPlace } from './checkpoint-names.js';
import type { AccumulatorState } from '../metrics/metric-accumulator.js';
import type { Checkpoint, CheckpointOwner, EpochPlace, TrialPlace } from './checkpoint.js';

/** A checkpoint, or why it cannot be used. */
export type ReadCheckpoint =
  { readonly usable: true; readonly checkpoint: Checkpoint } | { readonly usable: false; readonly reason: string };

/**
 * The checkpoints of one trial. Checkpoints of complete epochs stay until the main process removes them. Of the checkpoints
 * inside an epoch, only the newest is kept, until `dropPartial`.
 */
export class CheckpointFolder {
  readonly #folder: string;
  readonly #owner: CheckpointOwner;
  /** Whether the folder's own directory entry has been synced to disk. */
  #lasts = false;

  constructor(folder: string, owner: CheckpointOwner) {
    this.#folder = folder;
    this.#owner = owner;
  }

  /** Names of the checkpoints that are not newer than the recorded epochs, newest first. */
  candidates(recordedEpochs: number): string[] {
    return this.#list()
      .filter(({ place }) => place.epochs <= recordedEpochs)
      .map(({ name }) => name);
  }

  /** Reads a checkpoint and verifies its checksum and its owner. */
  read(name: string): ReadCheckpoint {
    const read = readArrays(path.join(this.#folder, name));
    if (!read.whole) return { usable: false, reason: read.reason };
    // The cast is safe: the checksum proves that `save` wrote this file.
    const { owner, place, history, inference } = read.meta as Omit<Checkpoint, 'state'>;
    const stranger = differenceBetween(owner, this.#owner);
    if (stranger !== undefined) return { usable: false, reason: stranger };
    return { usable: true, checkpoint: { owner, place: placeOf(place), history, inference, state: read.arrays } };
  }

  /** Saves a checkpoint. It is synced to disk when the promise resolves. @throws the operating system's error */
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

  /** Removes all checkpoints inside epochs except the one with this name. */
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

/** How two owners differ, in words; `undefined` if they are equal. */
function differenceBetween(found: CheckpointOwner, own: CheckpointOwner): string | undefined {
  const keys = ['trainer', 'seed', 'params', 'classNames', 'images'] as const;
  const other = keys.find((key) => canonicalJson(found[key] as ParamValue) !== canonicalJson(own[key] as ParamValue));
  switch (other) {
    case undefined:
      return undefined;
    case 'trainer':
      return `it was written by ${found.trainer}, but this is ${own.trainer}`;
    case 'seed':
    case 'params':
      return `it belongs to another trial: its ${other === 'seed' ? 'seed differs' : 'parameters differ'}`;
    case 'classNames':
    case 'images':
      return 'it belongs to another dataset';
    default:
      return other satisfies never;
  }
}
