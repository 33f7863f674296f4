import { setImmediate as nextTurn } from 'node:timers/promises';
import { EnvironmentError, IllegalTransitionError } from '../../../core/errors.js';
import type { EventSink, SweepEvent } from '../../../core/trial/events.js';
import type { LiveTrial, Standing } from './live-trial.js';
import { loadTrials, type OwnSweep } from './load-trials.js';
import type { ParameterColumns } from '../../schema/parameter-columns.js';
import { Recording, type RecordedEvent } from './recording.js';
import { DoubtfulCommitError } from '../../store-errors.js';
import { writeRecording } from './write-recording.js';
import type { Writer } from '../writer.js';

export interface RecorderOptions {
  readonly writer: Pick<Writer, 'transaction' | 'runner'>;
  readonly columns: ParameterColumns;
  readonly sweep: OwnSweep;
}

interface Pending {
  readonly event: RecordedEvent;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * How long a commit waits at most for events of other running trials, in milliseconds. It goes on waiting while events arrive,
 * so that slots which report at nearly the same time share one commit instead of alternating in commits of half the size. It
 * stops after a pause of `PAUSE_MS` without an event: with long epochs, waiting would only delay the events that are there.
 */
const GATHER_MS = 4;
const PAUSE_MS = 1;

/**
 * Writes a sweep's events to the database; `emit` resolves when the event is on disk. Events that arrive during a commit share
 * the next one. If a commit fails, `emit` rejects for each of its events, and the caller can emit them again.
 */
export function createRecorder({ writer, columns, sweep }: RecorderOptions): EventSink {
  /** Running trials. A trial that is missing here is read from the database when it has an event. */
  const live = new Map<number, LiveTrial>();
  /** Standings of running trials that are newer than their rows. Written late, so that most reports only append rows. */
  let behind = new Map<Standing, LiveTrial>();
  /** Trials whose last commit failed. Their events can be on disk all the same. */
  const uncertain = new Set<number>();
  let pending: Pending[] = [];
  let askers: (() => void)[] = [];
  let working: Promise<void> | undefined;
  /** Ends the wait for further events. */
  let goAhead: (() => void) | undefined;
  let closed = false;

  const isComplete = (): boolean => pending.length === 0 || pending.length >= live.size || askers.length > 0;

  async function gather(): Promise<void> {
    for (let waited = 0; waited < GATHER_MS && !isComplete(); waited += PAUSE_MS) {
      const before = pending.length;
      await pause();
      if (pending.length === before) return;
    }
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      goAhead = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function work(): Promise<void> {
    for (;;) {
      // One turn of the event loop: trials that the last commit answered emit their next events.
      await nextTurn();
      await gather();
      const [batch, answered] = [pending, askers];
      [pending, askers] = [[], []];
      if (batch.length === 0 && answered.length === 0) break;
      await commit(batch, { catchUp: answered.length > 0 });
      for (const answer of answered) answer();
    }
    working = undefined;
  }

  /** `doubtful`: an earlier commit of these events may have succeeded. `catchUp`: write all standings of running trials, too. */
  async function commit(batch: readonly Pending[], { doubtful = false, catchUp = false } = {}): Promise<void> {
    try {
      await readBack(batch);
      const recording = new Recording({ trials: live, behind, columns, sweep });
      if (catchUp) recording.catchUp();
      for (const { event, resolve, reject } of batch) {
        try {
          recording.add(event);
        } catch (error) {
          if (doubtful && error instanceof IllegalTransitionError) resolve();
          else reject(error);
        }
      }
      await writer.transaction((tx) => writeRecording(tx, recording, columns));
      behind = recording.behind;
      for (const { event, resolve } of batch) {
        uncertain.delete(event.trialId);
        if (live.get(event.trialId)?.status !== 'running') live.delete(event.trialId);
        resolve();
      }
    } catch (error) {
      // Trials and columns in memory are ahead of those on disk: read them again.
      for (const { event } of batch) {
        live.delete(event.trialId);
        uncertain.add(event.trialId);
      }
      for (const [standing, trial] of behind) if (live.get(trial.id) !== trial) behind.delete(standing);
      await writer.transaction((tx) => columns.load(tx)).catch(() => undefined);
      if (error instanceof DoubtfulCommitError && !doubtful) return commit(batch, { doubtful: true, catchUp });
      for (const { reject } of batch) reject(error);
    }
  }

  /** Loads the trials of a batch that are not in memory, except those that begin their first attempt. */
  async function readBack(batch: readonly Pending[]): Promise<void> {
    const missing = new Set<number>();
    const fresh = new Set<number>();
    for (const { event } of batch) {
      if (live.has(event.trialId) || fresh.has(event.trialId)) continue;
      const isFirst = event.type === 'trial-started' && event.attempt === 1;
      if (isFirst && !uncertain.has(event.trialId)) fresh.add(event.trialId);
      else missing.add(event.trialId);
    }
    if (missing.size === 0) return;
    const trials = await writer.transaction((tx) => loadTrials(tx, [...missing], sweep));
    for (const trial of trials) {
      live.set(trial.id, trial);
      for (const standing of trial.status === 'running' ? trial.standings : []) behind.set(standing, trial);
    }
  }

  /** Runs before every query: writes the standings of running trials, so that queries see every acknowledged epoch. */
  function catchUpBeforeQuery(): Promise<void> {
    if (behind.size === 0 || closed) return Promise.resolve();
    return new Promise((resolve) => {
      askers.push(resolve);
      goAhead?.();
      working ??= work();
    });
  }

  writer.runner.onQuery(catchUpBeforeQuery);

  return {
    emit: (event) => {
      if (!isRecorded(event)) return Promise.resolve();
      if (closed) return Promise.reject(new EnvironmentError('STORE_CLOSED', 'the recorder has been closed'));
      return new Promise((resolve, reject) => {
        pending.push({ event, resolve, reject });
        if (isComplete()) goAhead?.();
        working ??= work();
      });
    },
    close: async () => {
      await catchUpBeforeQuery();
      closed = true;
      await working;
    },
  };
}

const UNRECORDED = new Set<SweepEvent['type']>([
  ...(['trial-preparing', 'trial-progress'] as const),
  ...(['host-waiting', 'host-started', 'host-lost'] as const),
]);

const isRecorded = (event: SweepEvent): event is RecordedEvent => !UNRECORDED.has(event.type);
