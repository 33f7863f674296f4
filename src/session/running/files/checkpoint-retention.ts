import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventSink, SweepEvent } from '../../../core/trial/events.js';
import type { TrialStatus } from '../../../core/trial/trial.js';
import type { StoredCheckpoint, SweepHandle } from '../../../store/sweep-handle.js';
import type { SweepDefinition } from '../../../sweep/definition.js';
import { isLeftover } from '../../../trainer/training/checkpoints/checkpoint-names.js';

export interface RetentionOptions {
  readonly handle: Pick<SweepHandle, 'checkpoints' | 'markRemoved' | 'statuses'>;
  /** Folder that holds a folder of checkpoints for each trial, named by its key. */
  readonly root: string;
  readonly keep: SweepDefinition['keep'];
  /** Called once for each file that cannot be removed. The sweep goes on. */
  readonly warn: (message: string) => void;
}

/**
 * Removes checkpoints that `keep` does not ask for, after the event that makes them superfluous is recorded: this sink must come
 * after the recorder. Nothing else removes reported checkpoints. The file is removed first, then its row is marked; if the process
 * dies in between, `begin` marks the row in the next session.
 */
export class CheckpointRetention implements EventSink {
  readonly #options: RetentionOptions;
  /** Keys of the running trials, by trial number. */
  readonly #keys = new Map<number, string>();
  readonly #warned = new Set<string>();
  /** Whether the sweep has reported any checkpoint. Without one, nothing needs to be queried. */
  #any = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /**
   * Cleans up before the first trial: marks rows whose file is missing, and removes files that a crash left and checkpoints that
   * the sweep file no longer keeps.
   */
  async begin(): Promise<void> {
    await this.#warnOnError(async () => {
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
      await this.#removeSuperfluous();
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
        return this.#warnOnError(() => this.#removeSuperfluous(event.trialId));
      case 'trial-completed':
        return this.#warnOnError(() => this.#end(event.trialId, 'completed'));
      case 'trial-stopped':
        return this.#warnOnError(() => this.#end(event.trialId, 'stopped'));
      case 'trial-failed':
        return event.willRetry ? undefined : this.#warnOnError(() => this.#end(event.trialId, 'failed'));
      default:
        return;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #end(trialId: number, status: TrialStatus): Promise<void> {
    if (this.#any) await this.#removeSuperfluous();
    const key = this.#keys.get(trialId);
    this.#keys.delete(trialId);
    if (key === undefined) return;
    const stored = this.#any ? await this.#options.handle.checkpoints(trialId) : [];
    await this.#removeLeftovers(key, status, new Set(stored.map(({ file }) => file)));
  }

  /** Removes superfluous checkpoints: of one trial, or of all, because a trial that ends changes the ranking. */
  async #removeSuperfluous(trialId?: number): Promise<void> {
    const { handle, root, keep } = this.#options;
    const stored = await handle.checkpoints(trialId);
    const kept = new Set(stored.filter((one) => isKept(one, keep)).map(({ key, file }) => join(key, file)));
    // A trainer may use the same file for every epoch: it stays as long as one of its rows is kept.
    const superfluous = stored.filter(({ key, file }) => !kept.has(join(key, file)));
    await handle.markRemoved(await filter(superfluous, ({ key, file }) => this.#remove(join(root, key, file))));
    for (const { key, status } of superfluous) if (hasEnded(status)) await removeIfEmpty(join(root, key));
  }

  /** Removes files that the built-in trainer wrote and never reported, and the folder if it is then empty. */
  async #removeLeftovers(key: string, status: TrialStatus, reported: ReadonlySet<string>): Promise<void> {
    const folder = join(this.#options.root, key);
    const isOver = hasEnded(status);
    for (const name of await namesIn(folder)) {
      if (!reported.has(name) && isLeftover(name, status)) await this.#remove(join(folder, name));
    }
    if (isOver) await removeIfEmpty(folder);
  }

  /** Returns whether the file no longer exists. */
  async #remove(file: string): Promise<boolean> {
    try {
      await rm(file, { force: true });
      return true;
    } catch (error) {
      this.#warnOnce(`the checkpoint ${file} cannot be removed: ${messageOf(error)}`);
      return false;
    }
  }

  /** Turns errors into warnings: a failure here costs disk space but no result. */
  async #warnOnError(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#warnOnce(`superfluous checkpoints could not be removed: ${messageOf(error)}`);
    }
  }

  #warnOnce(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.warn(message);
  }
}

/** Whether a checkpoint is kept. Until a trial has ended, the checkpoint that it would continue from always is. */
function isKept({ status, best, last, rank }: StoredCheckpoint, keep: SweepDefinition['keep']): boolean {
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

/** Empty if the folder does not exist. */
const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
