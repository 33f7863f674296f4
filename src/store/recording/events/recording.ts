import { IllegalTransitionError } from '../../../core/errors.js';
import type { SweepEvent } from '../../../core/trial/events.js';
import type { FailureKind } from '../../../core/trial/failure.js';
import type { CheckpointFile, ClassCounts } from '../../../core/trainer/training.js';
import type { Trial, TrialMove, TrialSource, TrialSpec } from '../../../core/trial/trial.js';
import { classCountRows, confusionRows } from './class-rows.js';
import { addEpoch, rewind, standingValues, type LiveTrial, type Standing } from './live-trial.js';
import { newStanding, type OwnSweep } from './load-trials.js';
import type { ParameterColumns } from '../../schema/parameter-columns.js';
import type { Value } from '../transaction.js';
import { moveTrial } from '../trial-status.js';

/** The events that the database keeps. */
export type RecordedEvent = Exclude<
  SweepEvent,
  { readonly type: 'trial-preparing' | 'trial-progress' | 'host-waiting' | 'host-started' | 'host-lost' }
>;
type EventOf<T extends RecordedEvent['type']> = Extract<RecordedEvent, { readonly type: T }>;

interface AttemptEnd {
  readonly move: Extract<TrialMove, 'complete' | 'stop' | 'pause' | 'fail' | 'retry'>;
  readonly kind?: FailureKind;
  readonly code?: string;
  readonly message?: string;
  readonly stack?: string;
}

export interface RecordingParts {
  /** All known trials that the events belong to. New trials are added. */
  readonly trials: Map<number, LiveTrial>;
  /** Standings that earlier recordings changed and did not write. */
  readonly behind: ReadonlyMap<Standing, LiveTrial>;
  readonly columns: ParameterColumns;
  readonly sweep: OwnSweep;
}

/** Applies the events of one commit, one after another, to the trials in memory, and collects the rows to write. */
export class Recording {
  /** Statements that add or widen columns of parameters. */
  readonly alterations: string[] = [];
  readonly attempts: Value[][] = [];
  readonly epochs: Value[][] = [];
  /** `trial`, `attempt`, `epoch`: this epoch and later ones of earlier attempts are superseded. */
  readonly rewinds: Value[][] = [];
  readonly warnings: Value[][] = [];
  readonly checkpoints: Value[][] = [];
  /** `trial`, `attempt`, `epoch`, time: checkpoints whose file a newer checkpoint has replaced. */
  readonly overwritten: Value[][] = [];
  readonly classCounts: Value[][] = [];
  readonly confusion: Value[][] = [];
  /** `trial`, `attempt`, `epoch`: confusion matrices that no view shows any more. */
  readonly outdated: Value[][] = [];
  readonly #fresh = new Map<number, { readonly trial: Trial; readonly startedAt: number }>();
  /** The status that the row of a trial has until this recording is written. */
  readonly #before = new Map<LiveTrial, TrialSource>();
  readonly #restarted = new Set<LiveTrial>();
  readonly #ended = new Set<LiveTrial>();
  readonly #joined: { readonly trial: LiveTrial; readonly declared: TrialSpec; readonly standing: Standing }[] = [];
  readonly #changedStandings: Map<Standing, LiveTrial>;
  readonly #trials: Map<number, LiveTrial>;
  readonly #columns: ParameterColumns;
  readonly #own: OwnSweep;
  #catchesUp = false;

  constructor({ trials, behind, columns, sweep }: RecordingParts) {
    this.#trials = trials;
    this.#changedStandings = new Map(behind);
    this.#columns = columns;
    this.#own = sweep;
  }

  /** Applies one event. @throws {IllegalTransitionError} if the trial's status does not allow it; then nothing has changed */
  add(event: RecordedEvent): void {
    if (event.type === 'trial-started') return this.#start(event);
    const trial = this.#trials.get(event.trialId);
    if (trial?.status !== 'running' || trial.attempt !== event.attempt) {
      throw new IllegalTransitionError(trial?.status ?? 'new', event.type);
    }
    switch (event.type) {
      case 'trial-epoch':
        return this.#epoch(trial, event);
      case 'trial-warning':
        this.warnings.push([trial.id, trial.attempt, event.message, event.at]);
        return;
      case 'trial-completed':
        return this.#end(trial, event.at, { move: 'complete' });
      case 'trial-stopped':
        return this.#end(trial, event.at, { move: 'stop', message: event.reason });
      case 'trial-paused':
        return this.#end(trial, event.at, {
          move: 'pause',
          ...(event.reason !== undefined && { message: event.reason }),
        });
      case 'trial-failed':
        return this.#end(trial, event.at, failure(event));
      default:
        return event satisfies never;
    }
  }

  /** Rows for `data.trials`, in the order of `trialColumns`. */
  get freshTrials(): Value[][] {
    return [...this.#fresh.values()].map(({ trial, startedAt }) => {
      const [state, since] = stateValues(this.#trials.get(trial.id)!);
      const { id, key, seed, params } = trial;
      return [id, key, seed, JSON.stringify(params), ...state, startedAt, ...since, ...this.#columns.row(params)];
    });
  }

  /** Rows for `writeRestarted`. */
  get restartedTrials(): Value[][] {
    return [...this.#restarted]
      .filter(({ id }) => !this.#fresh.has(id))
      .map((trial) => [trial.id, this.#before.get(trial)!, ...stateValues(trial).flat()]);
  }

  /** Rows for `writeEnded`. */
  get endedTrials(): Value[][] {
    return [...this.#ended]
      .filter((trial) => !this.#fresh.has(trial.id) && !this.#restarted.has(trial))
      .map((trial) => {
        const { id, status, failures, endedAt, seconds } = trial;
        return [id, this.#before.get(trial)!, status, failures, endedAt ?? null, seconds ?? null];
      });
  }

  /** Rows for `data.members`. */
  get freshMembers(): Value[][] {
    return this.#joined.map(({ trial, declared, standing }) => [
      ...[standing.sweep, trial.id, declared.position, true],
      ...standingValues(trial, standing),
      declared.origin ?? null,
      declared.confirms ?? false,
    ]);
  }

  /** `sweep`, `trial` and new standings for rows of `data.members`, without those that can wait. */
  get changedMembers(): Value[][] {
    const joined = this.#joinedStandings;
    return [...this.#changedStandings]
      .filter(([standing, trial]) => !joined.has(standing) && !this.#canWait(trial))
      .map(([standing, trial]) => [standing.sweep, trial.id, ...standingValues(trial, standing)]);
  }

  /** Standings that this commit leaves to a later one. */
  get behind(): Map<Standing, LiveTrial> {
    const joined = this.#joinedStandings;
    return new Map(
      [...this.#changedStandings].filter(([standing, trial]) => !joined.has(standing) && this.#canWait(trial)),
    );
  }

  /** Makes this recording write all changed standings, also those that could wait. */
  catchUp(): void {
    this.#catchesUp = true;
  }

  get #joinedStandings(): Set<Standing> {
    return new Set(this.#joined.map(({ standing }) => standing));
  }

  /** A running trial's standing follows from its epochs, and every query makes the recorder catch up first. */
  #canWait({ status }: LiveTrial): boolean {
    return status === 'running' && !this.#catchesUp;
  }

  #start({ at, attempt, trial, environment }: EventOf<'trial-started'>): void {
    const known = this.#trials.get(trial.id);
    const live: LiveTrial = known ?? {
      ...{ id: trial.id, failures: 0, seconds: undefined, standings: [newStanding(this.#own)], history: [] },
      ...{ checkpoints: new Map(), confusions: [] },
      ...{ status: 'new', attempt, environment, attemptStartedAt: at, endedAt: undefined, reported: false },
    };
    this.#move(live, 'start');
    Object.assign(live, {
      attempt,
      environment,
      attemptStartedAt: at,
      endedAt: undefined,
      reported: false,
      inputWait: undefined,
    });
    if (!known) {
      this.alterations.push(...this.#columns.admit(trial.params));
      this.#trials.set(trial.id, live);
      this.#fresh.set(trial.id, { trial, startedAt: at });
    }
    for (const standing of live.standings) {
      if (!standing.stored) this.#joined.push({ trial: live, declared: trial, standing });
      standing.stored = true;
    }
    if (known) this.#restarted.add(live);
  }

  #epoch(trial: LiveTrial, { at, epoch, metrics, checkpoint, classes, inputWait }: EventOf<'trial-epoch'>): void {
    // Emitted again after a commit with an unknown outcome: that commit succeeded.
    if (trial.reported && (trial.history.at(-1)?.epoch ?? 0) >= epoch) return;
    const rewound = !trial.reported && this.#rewind(trial, epoch);
    trial.reported = true;
    trial.inputWait = inputWait;
    const bettered = addEpoch(trial, epoch, metrics);
    if (checkpoint) this.#checkpoint(trial, epoch, checkpoint, at);
    // The checkpoint keeper reads the best epochs right after this commit.
    if (checkpoint) this.catchUp();
    if (classes) this.#classes(trial, epoch, classes, bettered.length > 0);
    for (const [metric, value] of Object.entries(metrics)) {
      this.epochs.push([trial.id, trial.attempt, epoch, metric, value, at, false]);
    }
    this.#markChanged(trial, rewound ? trial.standings : bettered);
  }

  #rewind(trial: LiveTrial, epoch: number): boolean {
    const { id, confusions } = trial;
    if (!rewind(trial, epoch)) return false;
    this.rewinds.push([id, trial.attempt, epoch]);
    this.#forget(id, confusions.slice(trial.confusions.length));
    return true;
  }

  #checkpoint({ id, attempt, checkpoints }: LiveTrial, epoch: number, checkpoint: CheckpointFile, at: number): void {
    const { file, bytes, sha256 } = checkpoint;
    const before = checkpoints.get(file);
    if (before) this.overwritten.push([id, before.attempt, before.epoch, at]);
    checkpoints.set(file, { attempt, epoch });
    this.checkpoints.push([id, attempt, epoch, file, bytes, sha256, at, null]);
  }

  #classes(trial: LiveTrial, epoch: number, classes: ClassCounts, best: boolean): void {
    const of = [trial.id, trial.attempt, epoch];
    this.classCounts.push(...classCountRows(of, classes));
    if (!best) return;
    this.confusion.push(...confusionRows(of, classes));
    trial.confusions = [...trial.confusions, { attempt: trial.attempt, epoch }];
  }

  #forget(id: number, confusions: LiveTrial['confusions']): void {
    for (const { attempt, epoch } of confusions) this.outdated.push([id, attempt, epoch]);
  }

  #end(trial: LiveTrial, at: number, { move, kind, code, message, stack }: AttemptEnd): void {
    this.#move(trial, move);
    const outcome = trial.status === 'queued' ? 'failed' : trial.status;
    const final = move !== 'pause' && move !== 'retry';
    const { device, slot, node, pid, threads, microBatch } = trial.environment;
    this.attempts.push([
      ...[trial.id, trial.attempt, this.#own.id, this.#own.revision, device, slot, pid ?? null, threads],
      ...[trial.attemptStartedAt, at, outcome, final, code ?? null, message ?? null, stack ?? null],
      ...[kind ?? null, microBatch ?? null, trial.inputWait ?? null, node ?? null],
    ]);
    if (outcome === 'failed') trial.failures++;
    trial.endedAt = at;
    trial.seconds = (trial.seconds ?? 0) + (at - trial.attemptStartedAt) / 1000;
    this.#ended.add(trial);
    this.#markChanged(trial, trial.standings);
    if (outcome !== 'completed' && outcome !== 'stopped') return;
    const best = new Set(trial.standings.map(({ bestEpoch }) => bestEpoch));
    this.#forget(
      trial.id,
      trial.confusions.filter(({ epoch }) => !best.has(epoch)),
    );
  }

  #move(trial: LiveTrial, move: TrialMove): void {
    const before = trial.status;
    moveTrial(trial, move);
    if (!this.#before.has(trial)) this.#before.set(trial, before);
  }

  #markChanged(trial: LiveTrial, standings: readonly Standing[]): void {
    for (const standing of standings) this.#changedStandings.set(standing, trial);
  }
}

/** The columns of `data.trials` from `status` to `threads`, and from `attempt_started_at` to `node`. */
function stateValues(trial: LiveTrial): [Value[], Value[]] {
  const { device, slot, node, pid, threads } = trial.environment;
  return [
    [trial.status, trial.attempt, trial.failures, device, slot, pid ?? null, threads],
    [trial.attemptStartedAt, trial.endedAt ?? null, trial.seconds ?? null, node ?? null],
  ];
}

const failure = ({ kind, error, willRetry }: EventOf<'trial-failed'>): AttemptEnd => {
  const { code, message, stack, hint } = error;
  const advised = hint === undefined ? message : `${message}${message.endsWith('.') ? '' : '.'} ${hint}`;
  return { move: willRetry ? 'retry' : 'fail', kind, code, message: advised, stack };
};
