import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlAction } from '../core/trial/control.js';
import { EnvironmentError, InputError } from '../core/errors.js';
import type { SweepSummary } from '../core/trial/sweep-session.js';
import type { ExecutorOptions, SweepFolders } from './executor-options.js';
import { threadsPerSlot } from './hosts/host-environment.js';
import type { HostSupervisor } from './hosts/host-supervisor.js';
import { DEFAULT_CLOSE_TIMEOUT_MS, makeSupervisors } from './hosts/make-supervisors.js';
import { AssignmentSource, type Assignment } from './scheduling/assignment-source.js';
import type { AttemptEnd } from './scheduling/attempt.js';
import { startDeadline } from './scheduling/deadline.js';
import { FailureStreak } from './scheduling/failure-streak.js';
import { OomHistory } from './scheduling/oom-history.js';
import { Shutdown } from './scheduling/shutdown.js';
import { TrialRun, type SweepParts } from './scheduling/trial-run.js';

const DEFAULT_MAX_ATTEMPTS = 2;

/** One call of `execute`: slots that take assignments until there are none or the sweep shuts down. */
export class RunningSweep {
  readonly #options: ExecutorOptions;
  readonly #now: () => number;
  readonly #threads: number;
  readonly #shutdown = new Shutdown();
  readonly #source: AssignmentSource;
  readonly #supervisors: readonly HostSupervisor[];
  /** Running trials by id. */
  readonly #running = new Map<number, TrialRun>();
  /** Trials that a stopping rule has paused. */
  readonly #waiting = new Set<number>();
  readonly #streak = new FailureStreak();
  readonly #ends = { completed: 0, stopped: 0, failed: 0, paused: 0 };
  #interrupted = false;
  #timeUp = false;

  constructor(assignments: AsyncIterator<Assignment> | Iterator<Assignment>, options: ExecutorOptions) {
    const { hosts, sink, now = Date.now } = options;
    this.#options = options;
    this.#now = now;
    this.#threads = hosts.threads ?? threadsPerSlot(hosts.devices, hosts.slots, hosts.cores);
    this.#source = new AssignmentSource(assignments, (error) => this.#shutdown.reach('stopping', { error }));
    this.#shutdown.onChange(() => this.#source.close());
    this.#supervisors = makeSupervisors(hosts, { threads: this.#threads, sink, shutdown: this.#shutdown, now });
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#shutdown.reach('stopping');
  }

  kill(): void {
    this.#interrupted = true;
    this.#shutdown.reach('killed');
  }

  /** Returns false where the trial is not running. */
  control(trialId: number, action: ControlAction): boolean {
    const request =
      action === 'cancel'
        ? ({ type: 'end', why: 'cancelled', reason: 'cancelled by the user' } as const)
        : { type: action };
    return this.#running.get(trialId)?.control.ask(request) ?? false;
  }

  async run(): Promise<SweepSummary> {
    this.#checkSlots();
    await prepareFolders(this.#options.folders);
    const { maxTimeMs } = this.#options.limits ?? {};
    const stopClock = maxTimeMs === undefined ? undefined : startDeadline(maxTimeMs, () => this.#endInTime());
    try {
      await this.#runSlots(await this.#parts());
    } finally {
      stopClock?.();
    }
    if (this.#shutdown.failure !== undefined) throw this.#shutdown.failure.error;
    const paused = this.#ends.paused + this.#waiting.size;
    return { ...this.#ends, paused, interrupted: this.#interrupted, timeUp: this.#timeUp };
  }

  async #runSlots(parts: SweepParts): Promise<void> {
    const slotsOf = new Map(this.#supervisors.map((supervisor) => [supervisor, [] as Promise<void>[]]));
    // The first slot of every host, then the second: a few trials spread over the devices instead of crowding on the first.
    for (let slot = 0; slot < this.#options.hosts.slots; slot++) {
      for (const [supervisor, slots] of slotsOf) slots.push(this.#runSlot(supervisor, slot, parts));
    }
    const closed = [...slotsOf].map(async ([supervisor, slots]) => {
      await Promise.all(slots);
      await supervisor.close();
    });
    await Promise.all(closed);
  }

  /** Runs assignments in one slot, from the first to the last. Never rejects. */
  async #runSlot(supervisor: HostSupervisor, slot: number, parts: SweepParts): Promise<void> {
    for (let next = await this.#source.next(); next !== undefined; next = await this.#source.next()) {
      const run = new TrialRun(next, supervisor, slot, parts);
      const { id } = next.trial;
      this.#running.set(id, run);
      this.#waiting.delete(id);
      const end = await run.settle();
      if (end?.type === 'waiting') this.#waiting.add(id);
      this.#count(end);
      this.#running.delete(id);
    }
  }

  #count(end: AttemptEnd | undefined): void {
    switch (end?.type) {
      case undefined:
      case 'unrecorded':
      case 'preempted':
      case 'waiting':
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
    const { folders, hosts, limits, training } = this.#options;
    const file = join(folders.cacheDir, 'memory.json');
    return {
      options: this.#options,
      maxAttempts: limits?.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      graceMs: hosts.closeTimeoutMs ?? DEFAULT_CLOSE_TIMEOUT_MS,
      now: this.#now,
      threads: this.#threads,
      shutdown: this.#shutdown,
      oomHistory: await OomHistory.open({ file, parameters: training.memory }),
      supervisorsOf: (device) => this.#supervisors.filter((supervisor) => supervisor.device === device),
    };
  }

  #checkSlots(): void {
    const { devices, slots } = this.#options.hosts;
    if (devices.length > 0 && Number.isInteger(slots) && slots > 0) return;
    throw new InputError('NO_SLOTS', `${devices.length} devices with ${slots} slots each cannot run a trial`, {
      hint: 'Name at least one device, and one slot or more for each.',
    });
  }
}

async function prepareFolders({ checkpointRoot, cacheDir }: SweepFolders): Promise<void> {
  for (const folder of [checkpointRoot, cacheDir]) {
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
