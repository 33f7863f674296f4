import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventSink, SweepEvent } from '../../core/events.js';
import type { TrialStatus } from '../../core/trial.js';
import type { StoredCheckpoint } from '../../store/reading/stored-checkpoints.js';
import type { SweepHandle } from '../../store/sweep-handle.js';
import type { Keep } from '../../sweep/checkpointing.js';
import { isLeftover } from '../../trainer/training/checkpoints/leftover-checkpoint.js';

export interface KeeperOptions {
  readonly handle: Pick<SweepHandle, 'checkpoints' | 'markRemoved' | 'statuses'>;
  /** Folder that holds a folder of checkpoints for each trial, named by its key. */
  readonly root: string;
  readonly keep: Keep;
  /** Told once of each thing that cannot be removed. The sweep goes on. */
  readonly warn: (message: string) => void;
}

/**
 * Removes checkpoints that need not stay, as soon as what happened to their trials is recorded: put it behind the recorder. It
 * alone removes what trainers have reported. A file goes first and its row is marked then: what dies in between is set right
 * by `begin`.
 */
export class CheckpointKeeper implements EventSink {
  readonly #options: KeeperOptions;
  /** Keys of the trials under way. */
  readonly #keys = new Map<number, string>();
  readonly #warned = new Set<string>();
  /** Whether a trial can have checkpoints at all: a sweep of trials without any asks for none. */
  #any = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /**
   * Clears up before a sweep starts: rows whose file is gone are marked, files that an earlier crash left behind are removed, and
   * so is what the sweep file does not want kept any more.
   */
  async begin(): Promise<void> {
    await this.#guarded(async () => {
      const { handle, root } = this.#options;
      const stored = await handle.checkpoints();
      this.#any = stored.length > 0;
      const gone = await filter(stored, async ({ key, file }) => !(await exists(join(root, key, file))));
      await handle.markRemoved(gone);
      const reported = new Map<string, Set<string>>();
      for (const { key, file } of stored) reported.set(key, (reported.get(key) ?? new Set()).add(file));
      for (const [key, status] of await handle.statuses(await namesIn(root))) {
        await this.#removeLeftovers(key, status, reported.get(key) ?? new Set());
      }
      await this.#tidy();
    });
  }

  async emit(event: SweepEvent): Promise<void> {
    switch (event.type) {
      case 'trial-started':
        this.#keys.set(event.trialId, event.trial.key);
        return;
      case 'trial-epoch':
        if (event.checkpoint === undefined) return;
        this.#any = true;
        return this.#guarded(() => this.#tidy(event.trialId));
      case 'trial-completed':
        return this.#guarded(() => this.#end(event.trialId, 'completed'));
      case 'trial-stopped':
        return this.#guarded(() => this.#end(event.trialId, 'stopped'));
      case 'trial-failed':
        return event.willRetry ? undefined : this.#guarded(() => this.#end(event.trialId, 'failed'));
      default:
        return;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #end(trialId: number, status: TrialStatus): Promise<void> {
    if (this.#any) await this.#tidy();
    const key = this.#keys.get(trialId);
    this.#keys.delete(trialId);
    if (key === undefined) return;
    const stored = this.#any ? await this.#options.handle.checkpoints(trialId) : [];
    await this.#removeLeftovers(key, status, new Set(stored.map(({ file }) => file)));
  }

  /** Removes what need not stay: of one trial, or of all, for a trial that ends changes who is among the best. */
  async #tidy(trialId?: number): Promise<void> {
    const { handle, root, keep } = this.#options;
    const stored = await handle.checkpoints(trialId);
    const kept = new Set(stored.filter((one) => stays(one, keep)).map(({ key, file }) => join(key, file)));
    // A trainer may write each epoch over the last: a file stays as long as any row of it does.
    const superfluous = stored.filter(({ key, file }) => !kept.has(join(key, file)));
    await handle.markRemoved(await filter(superfluous, ({ key, file }) => this.#remove(join(root, key, file))));
    for (const { key, status } of superfluous) if (hasEnded(status)) await removeIfEmpty(join(root, key));
  }

  /** Removes what the built-in trainer wrote and never reported, and the folder where nothing is left in it. */
  async #removeLeftovers(key: string, status: TrialStatus, reported: ReadonlySet<string>): Promise<void> {
    const folder = join(this.#options.root, key);
    const isOver = hasEnded(status);
    for (const name of await namesIn(folder)) {
      if (!reported.has(name) && isLeftover(name, status)) await this.#remove(join(folder, name));
    }
    if (isOver) await removeIfEmpty(folder);
  }

  /** Whether the file is gone. */
  async #remove(file: string): Promise<boolean> {
    try {
      await rm(file, { force: true });
      return true;
    } catch (error) {
      this.#warnOnce(`the checkpoint ${file} cannot be removed: ${messageOf(error)}`);
      return false;
    }
  }

  /** What goes wrong here costs space and no result. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#warnOnce(`checkpoints that need not stay could not be removed: ${messageOf(error)}`);
    }
  }

  #warnOnce(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.warn(message);
  }
}

/** Whether a checkpoint is to stay: what a trial goes on from does, until the trial has ended. */
function stays({ status, best, last, rank }: StoredCheckpoint, keep: Keep): boolean {
  switch (status) {
    case 'queued':
    case 'running':
    case 'paused':
      return last || (best && keep.best);
    case 'completed':
      return rank !== undefined && rank <= keep.topTrials && ((best && keep.best) || (last && keep.last));
    case 'stopped':
    case 'failed':
      return false;
    default:
      return status satisfies never;
  }
}

const hasEnded = (status: TrialStatus): boolean =>
  status === 'completed' || status === 'stopped' || status === 'failed';

const removeIfEmpty = (folder: string): Promise<void> => rmdir(folder).catch(() => undefined);

async function filter<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<T[]> {
  const held: T[] = [];
  for (const item of items) if (await holds(item)) held.push(item);
  return held;
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Nothing where there is no such folder. */
const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
