import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError, InputError } from '../core/errors.js';
import type { EventSink } from '../core/events.js';
import type { Params } from '../core/parameters.js';
import type { CheckpointEvery } from '../core/training.js';
import type { Trial } from '../core/trial.js';
import { AssignmentSource, type Assignment } from './assignment-source.js';
import { Attempt, type AttemptEnd, type Decide } from './attempt.js';
import { deviceName, type Device } from './devices.js';
import { Ending } from './ending.js';
import { hostEnvironment, threadsPerSlot } from './host-environment.js';
import { HostKeeper } from './host-keeper.js';
import type { Task } from './messages.js';

export interface ExecutorOptions {
  /** One host process each; the same device twice gives two isolated hosts on it. */
  readonly devices: readonly Device[];
  /** Trials that a host trains at a time, each in a thread of its own. */
  readonly slots: number;
  /** URL of the module that exports `train`. */
  readonly trainer: string;
  /** Parameters that a trial gets where it does not name them. */
  readonly defaults: Params;
  readonly dataset: string | undefined;
  /** Absolute path of the folder that holds a folder for each trial, named by its key. */
  readonly checkpointRoot: string;
  /** How often trainers save inside an epoch; default: after each epoch alone. */
  readonly checkpointEvery?: CheckpointEvery | undefined;
  /** Absolute path of the folder for what can be made again. */
  readonly cacheDir: string;
  /** Hears of everything. Work starts and goes on only when the sink has taken what came before. Not closed. */
  readonly sink: EventSink;
  /** Stops trials early; without it all run to their end. */
  readonly decide?: Decide;
  /** How many attempts at a trial may fail before it has failed, those of earlier runs included; default 2. */
  readonly maxAttempts?: number;
  /** Lets TensorFlow log as it likes. */
  readonly verbose: boolean;
  /** Gets each line that a host, or a trainer in it, prints; by default it is kept only to explain a crash. */
  readonly onOutput?: (device: string, line: string) => void;
  /** What hosts inherit. */
  readonly environment: NodeJS.ProcessEnv;
  /** Cores of the machine, to be shared by the slots. */
  readonly cores: number;
  /** A host that takes longer to be ready is killed; default 60,000. */
  readonly startTimeoutMs?: number;
  /** A host that takes longer to close is killed; default 5,000. */
  readonly closeTimeoutMs?: number;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

/** How the trials that were begun have ended. */
export interface Summary {
  readonly completed: number;
  readonly stopped: number;
  readonly failed: number;
  /** Begun and not finished; resuming takes them up again. */
  readonly paused: number;
  /** Whether `interrupt` or `kill` ended the sweep before its plan. */
  readonly interrupted: boolean;
}

export interface Execution {
  /**
   * Resolves when all trials have ended and all hosts are gone. Rejects, likewise after that, with what made it impossible to
   * go on: whatever sink, rules or iterator throw, an EnvironmentError `HOST_START_FAILED` or `FOLDER_UNUSABLE`, or an
   * InputError `NO_SLOTS`.
   */
  readonly finished: Promise<Summary>;
  /** No new trials; those that run are told to stop at their next report and are then `paused`. */
  interrupt(): void;
  /** Kills the hosts; the trials in them are `paused`. */
  kill(): void;
}

const DEFAULT_MAX_ATTEMPTS = 2;
/** Before a trial that lost its host is tried again; doubled with each further attempt. */
const RETRY_BACKOFF_MS = 250;

/** Tries every assignment on the given devices. Takes the next one only when a slot is free for it. */
export function execute(
  assignments: AsyncIterator<Assignment> | Iterator<Assignment>,
  options: ExecutorOptions,
): Execution {
  const sweep = new RunningSweep(assignments, options);
  return { finished: sweep.run(), interrupt: () => sweep.interrupt(), kill: () => sweep.kill() };
}

class RunningSweep {
  readonly #options: ExecutorOptions;
  readonly #now: () => number;
  readonly #threads: number;
  readonly #ending = new Ending();
  readonly #source: AssignmentSource;
  readonly #keepers: readonly HostKeeper[];
  readonly #ends = { completed: 0, stopped: 0, failed: 0, paused: 0 };
  #interrupted = false;

  constructor(assignments: AsyncIterator<Assignment> | Iterator<Assignment>, options: ExecutorOptions) {
    const { devices, slots, cores, environment, verbose, sink, onOutput } = options;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#threads = threadsPerSlot(devices, slots, cores);
    this.#source = new AssignmentSource(assignments, (error) => this.#ending.reach('stopping', { error }));
    this.#ending.onChange(() => this.#source.close());
    this.#keepers = devices.map((device) => {
      const name = deviceName(device);
      const host = {
        device: name,
        slots,
        environment: hostEnvironment(device, { environment, slots, threads: this.#threads, verbose }),
        startTimeoutMs: options.startTimeoutMs ?? 60_000,
        closeTimeoutMs: options.closeTimeoutMs ?? 5_000,
        onOutput: (line: string) => onOutput?.(name, line),
      };
      return new HostKeeper({ host, sink, ending: this.#ending, now: this.#now });
    });
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#ending.reach('stopping');
  }

  kill(): void {
    this.#interrupted = true;
    this.#ending.reach('killed');
  }

  async run(): Promise<Summary> {
    this.#checkSlots();
    await this.#prepareFolders();
    const slotsOf = new Map(this.#keepers.map((keeper) => [keeper, [] as Promise<void>[]]));
    // Slot by slot over all hosts, so that a few trials spread over the devices instead of crowding on the first.
    for (let slot = 0; slot < this.#options.slots; slot++) {
      for (const [keeper, running] of slotsOf) running.push(this.#workThrough(keeper, slot));
    }
    const closed = [...slotsOf].map(async ([keeper, running]) => {
      await Promise.all(running);
      await keeper.close();
    });
    await Promise.all(closed);
    if (this.#ending.failure !== undefined) throw this.#ending.failure.error;
    return { ...this.#ends, interrupted: this.#interrupted };
  }

  /** What one slot does, from the first assignment to the last. Never rejects. */
  async #workThrough(keeper: HostKeeper, slot: number): Promise<void> {
    for (let next = await this.#source.next(); next !== undefined; next = await this.#source.next()) {
      await this.#settle(next, keeper, slot);
    }
  }

  /** Tries one trial until it needs no further attempt, or the sweep ends. */
  async #settle(
    { trial, attempts, failures, recordedEpochs }: Assignment,
    keeper: HostKeeper,
    slot: number,
  ): Promise<void> {
    const { maxAttempts = DEFAULT_MAX_ATTEMPTS, sink, decide } = this.#options;
    let end: AttemptEnd | undefined;
    let recorded = recordedEpochs;
    for (let tries = 0; tries === 0 || end === 'crashed'; tries++) {
      if (tries > 0) await sleep(RETRY_BACKOFF_MS * 2 ** (tries - 1));
      // Which of a host's trials brought it down is not to be seen from outside. Each is tried again alone on its host, so
      // that a second crash counts against the one that causes it.
      const leave = await keeper.turnstile.enter({ alone: tries > 0 });
      try {
        const host = await keeper.get();
        if (host === undefined || this.#ending.reached('stopping')) break;
        const attempt = new Attempt({
          trial,
          attempt: attempts + tries + 1,
          mayRetry: failures + tries + 1 < maxAttempts,
          host,
          slot,
          threads: this.#threads,
          task: this.#taskOf(trial, keeper.device, recorded),
          sink,
          decide,
          ending: this.#ending,
          now: this.#now,
        });
        end = await attempt.run();
        recorded = attempt.recordedEpochs;
      } finally {
        leave();
      }
    }
    if (end === 'crashed') this.#ends.paused++;
    else if (end !== undefined && end !== 'unrecorded') this.#ends[end]++;
  }

  #taskOf(trial: Trial, device: string, recordedEpochs: number): Task {
    const { trainer, defaults, dataset, checkpointRoot, cacheDir, checkpointEvery } = this.#options;
    const params = { ...defaults, ...trial.params };
    return {
      trainer,
      params,
      seed: trial.seed,
      device,
      dataset,
      checkpointDir: join(checkpointRoot, trial.key),
      cacheDir,
      recordedEpochs,
      checkpointEvery,
      microBatch: undefined,
    };
  }

  #checkSlots(): void {
    const { devices, slots } = this.#options;
    if (devices.length > 0 && Number.isInteger(slots) && slots > 0) return;
    throw new InputError('NO_SLOTS', `${devices.length} devices with ${slots} slots each leave no place for a trial`, {
      hint: 'Name at least one device, and one slot or more for each.',
    });
  }

  async #prepareFolders(): Promise<void> {
    for (const folder of [this.#options.checkpointRoot, this.#options.cacheDir]) {
      try {
        await mkdir(folder, { recursive: true });
        await access(folder, constants.W_OK);
      } catch (cause) {
        throw new EnvironmentError('FOLDER_UNUSABLE', `the folder ${folder} cannot be written to`, {
          hint: 'Make it writable, or choose another one.',
          cause,
        });
      }
    }
  }
}
