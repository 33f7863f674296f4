import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, InputError } from '../core/errors.js';
import type { ControlAction } from '../core/control.js';
import type { EventSink } from '../core/events.js';
import type { MemoryParameters } from '../core/manifest.js';
import type { Params } from '../core/parameters.js';
import type { CheckpointEvery } from '../core/training.js';
import { AssignmentSource, type Assignment } from './scheduling/assignment-source.js';
import type { AttemptEnd, Decide } from './scheduling/attempt.js';
import { startDeadline } from './scheduling/deadline.js';
import { deviceName, type Device } from './hosts/devices.js';
import { Shutdown } from './scheduling/shutdown.js';
import { FailureStreak } from './scheduling/failure-streak.js';
import { hostEnvironment, threadsPerSlot } from './hosts/host-environment.js';
import { HostSupervisor } from './hosts/host-supervisor.js';
import { OomHistory } from './scheduling/oom-history.js';
import { TrialRun, type SweepParts } from './scheduling/trial-run.js';
import { RwLock } from './scheduling/rw-lock.js';
import { DEFAULT_HANG_TIMEOUTS, type HangTimeouts } from './hosts/watchdog.js';

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
  /** Absolute paths of the files that parameters name, as `TrainingContext.files` has them. */
  readonly files?: Readonly<Record<string, string>>;
  /** Hears of everything. Work starts and goes on only when the sink has taken what came before. Not closed. */
  readonly sink: EventSink;
  /** Stops trials early; without it all run to their end. */
  readonly decide?: Decide;
  /** How many attempts at a trial may hang or crash before it has failed, those of earlier runs included; default 2. */
  readonly maxAttempts?: number;
  /** Which parameters decide how much memory a trial takes; without it a trial that finds too little is only tried alone. */
  readonly memory?: MemoryParameters | undefined;
  /** For how long a trial may stand still; defaults as `HangTimeouts` says. */
  readonly hangTimeouts?: Partial<HangTimeouts>;
  /** A trial that has trained for longer in this run is ended; default: none is. */
  readonly maxTrialTimeMs?: number | undefined;
  /** After so long the sweep ends as if it were interrupted; default: never. */
  readonly maxTimeMs?: number | undefined;
  /** Gets what the user should know and no event says. */
  readonly onNotice?: (message: string) => void;
  /** Lets TensorFlow log as it likes. */
  readonly verbose: boolean;
  /** Gets each line that a host, or a trainer in it, prints; by default it is kept only to explain a crash. */
  readonly onOutput?: (device: string, line: string) => void;
  /** What hosts inherit. */
  readonly environment: NodeJS.ProcessEnv;
  /** Cores of the machine, to be shared by the slots. */
  readonly cores: number;
  /** Intra-op threads of TensorFlow for each slot; default: the slots' share of the cores (`threadsPerSlot`). */
  readonly threads?: number;
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
  /** Whether `maxTimeMs` did. */
  readonly timeUp: boolean;
}

/** `not-running`: it has not begun, or has ended, or is ending already. */
export type ControlAnswer = 'accepted' | 'not-running';

export interface Execution {
  /**
   * Resolves when all trials have ended and all hosts are gone. Rejects, likewise after that, with what made it impossible to
   * go on: whatever sink, rules or iterator throw, an EnvironmentError `HOST_START_FAILED`, `FOLDER_UNUSABLE` or
   * `FAILS_ALIKE`, or an InputError `NO_SLOTS`.
   */
  readonly finished: Promise<Summary>;
  /** No new trials; those that run are told to stop at their next report and are then `paused`. */
  interrupt(): void;
  /** Kills the hosts; the trials in them are `paused`. */
  kill(): void;
  /** Asks something of one trial that is under way. */
  control(trialId: number, action: ControlAction): ControlAnswer;
}

const DEFAULT_MAX_ATTEMPTS = 2;
const DEFAULT_CLOSE_TIMEOUT_MS = 5_000;

/** Tries every assignment on the given devices. Takes the next one only when a slot is free for it. */
export function execute(
  assignments: AsyncIterator<Assignment> | Iterator<Assignment>,
  options: ExecutorOptions,
): Execution {
  const sweep = new RunningSweep(assignments, options);
  return {
    finished: sweep.run(),
    interrupt: () => sweep.interrupt(),
    kill: () => sweep.kill(),
    control: (trialId, action) => sweep.control(trialId, action),
  };
}

class RunningSweep {
  readonly #options: ExecutorOptions;
  readonly #now: () => number;
  readonly #threads: number;
  readonly #shutdown = new Shutdown();
  readonly #source: AssignmentSource;
  readonly #supervisors: readonly HostSupervisor[];
  readonly #underWay = new Map<number, TrialRun>();
  readonly #streak = new FailureStreak();
  readonly #ends = { completed: 0, stopped: 0, failed: 0, paused: 0 };
  #interrupted = false;
  #timeUp = false;

  constructor(assignments: AsyncIterator<Assignment> | Iterator<Assignment>, options: ExecutorOptions) {
    const { devices, slots, cores, environment, verbose, sink, onOutput } = options;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#threads = options.threads ?? threadsPerSlot(devices, slots, cores);
    this.#source = new AssignmentSource(assignments, (error) => this.#shutdown.reach('stopping', { error }));
    this.#shutdown.onChange(() => this.#source.close());
    const locks = new Map(devices.map((device) => [deviceName(device), new RwLock()]));
    this.#supervisors = devices.map((device) => {
      const name = deviceName(device);
      const host = {
        device: name,
        slots,
        environment: hostEnvironment(device, { environment, slots, threads: this.#threads, verbose }),
        startTimeoutMs: options.startTimeoutMs ?? 60_000,
        closeTimeoutMs: options.closeTimeoutMs ?? DEFAULT_CLOSE_TIMEOUT_MS,
        hangTimeouts: { ...DEFAULT_HANG_TIMEOUTS, ...options.hangTimeouts },
        onOutput: (line: string) => onOutput?.(name, line),
      };
      return new HostSupervisor({
        host,
        deviceLock: locks.get(name)!,
        sink,
        shutdown: this.#shutdown,
        now: this.#now,
      });
    });
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#shutdown.reach('stopping');
  }

  kill(): void {
    this.#interrupted = true;
    this.#shutdown.reach('killed');
  }

  control(trialId: number, action: ControlAction): ControlAnswer {
    const request =
      action === 'cancel'
        ? ({ type: 'end', why: 'cancelled', reason: 'cancelled by the user' } as const)
        : { type: action };
    return this.#underWay.get(trialId)?.control.ask(request) === true ? 'accepted' : 'not-running';
  }

  async run(): Promise<Summary> {
    this.#checkSlots();
    await this.#prepareFolders();
    const { maxTimeMs } = this.#options;
    const stopClock = maxTimeMs === undefined ? undefined : startDeadline(maxTimeMs, () => this.#endInTime());
    try {
      await this.#workOnAll(await this.#parts());
    } finally {
      stopClock?.();
    }
    if (this.#shutdown.failure !== undefined) throw this.#shutdown.failure.error;
    return { ...this.#ends, interrupted: this.#interrupted, timeUp: this.#timeUp };
  }

  async #workOnAll(parts: SweepParts): Promise<void> {
    const slotsOf = new Map(this.#supervisors.map((supervisor) => [supervisor, [] as Promise<void>[]]));
    // Slot by slot over all hosts, so that a few trials spread over the devices instead of crowding on the first.
    for (let slot = 0; slot < this.#options.slots; slot++) {
      for (const [supervisor, running] of slotsOf) running.push(this.#workThrough(supervisor, slot, parts));
    }
    const closed = [...slotsOf].map(async ([supervisor, running]) => {
      await Promise.all(running);
      await supervisor.close();
    });
    await Promise.all(closed);
  }

  /** What one slot does, from the first assignment to the last. Never rejects. */
  async #workThrough(supervisor: HostSupervisor, slot: number, parts: SweepParts): Promise<void> {
    for (let next = await this.#source.next(); next !== undefined; next = await this.#source.next()) {
      const run = new TrialRun(next, supervisor, slot, parts);
      const { id } = next.trial;
      this.#underWay.set(id, run);
      this.#count(await run.settle());
      this.#underWay.delete(id);
    }
  }

  #count(end: AttemptEnd | undefined): void {
    switch (end?.type) {
      case undefined:
      case 'unrecorded':
      case 'preempted':
        return;
      case 'completed':
      case 'stopped':
        this.#streak.reset();
        break;
      case 'failed': {
        const error = this.#streak.add(end.kind, end.error);
        if (error !== undefined) this.#shutdown.reach('stopping', { error });
        break;
      }
      case 'paused':
        break;
      default:
        end satisfies never;
    }
    this.#ends[end.type]++;
  }

  #endInTime(): void {
    if (this.#shutdown.reached('stopping')) return;
    this.#timeUp = true;
    this.#options.onNotice?.('max_time is over: the sweep pauses after the epochs under way');
    this.#shutdown.reach('stopping');
  }

  async #parts(): Promise<SweepParts> {
    const { maxAttempts = DEFAULT_MAX_ATTEMPTS, closeTimeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = this.#options;
    const { cacheDir, memory } = this.#options;
    return {
      options: this.#options,
      maxAttempts,
      graceMs: closeTimeoutMs,
      now: this.#now,
      threads: this.#threads,
      shutdown: this.#shutdown,
      oomHistory: await OomHistory.open({ file: join(cacheDir, 'memory.json'), parameters: memory }),
      supervisorsOf: (device) => this.#supervisors.filter((supervisor) => supervisor.device === device),
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
