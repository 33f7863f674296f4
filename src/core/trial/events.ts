import type { SerializedError } from '../errors.js';
import type { FailureKind } from './failure.js';
import type { EpochReport } from '../trainer/training.js';
import type { Trial } from './trial.js';

/** Fields of every event about one attempt at a trial; `at` is milliseconds since 1970. */
interface OfAttempt {
  readonly at: number;
  readonly trialId: number;
  readonly attempt: number;
}

/** The hardware of a node, as the host on it reports. */
export interface Machine {
  /** Logical processors that the host may use. */
  readonly cores: number;
  /** Model and the instruction sets that kernels are chosen by: `AMD EPYC 7B13, avx2 fma`. */
  readonly cpu: string;
  /** Names of the GPUs that the host may use, as CUDA numbers them. */
  readonly gpus: readonly string[];
}

/** Fields of every event about a host, the process that trains on one device. */
interface OfHost extends Pick<AttemptEnvironment, 'device' | 'node' | 'pid'> {
  readonly at: number;
}

/** The hardware and versions of an attempt: enough to know whether another attempt can give the same bits. */
export interface AttemptEnvironment {
  readonly device: string;
  /** Slot of the device's host, from 0. */
  readonly slot: number;
  /** Host name of the machine; `undefined` for attempts recorded by versions that did not note it. */
  readonly node: string | undefined;
  /** Process id of the host on its node; `undefined` where it has none. */
  readonly pid: number | undefined;
  /** TensorFlow's intra-op threads per slot. Changing it changes results in the last bits. */
  readonly threads: number;
  /** Size of the micro-batches, if a whole batch did not fit on the device. */
  readonly microBatch?: number;
}

/** Everything that happens to the trials of a sweep: all that recorder, terminal and dashboard read. */
export type SweepEvent =
  | (OfAttempt & { readonly type: 'trial-started'; readonly trial: Trial; readonly environment: AttemptEnvironment })
  | (OfAttempt & {
      readonly type: 'trial-progress';
      readonly epoch: number;
      readonly epochs: number | undefined;
      readonly step: number;
      readonly steps: number;
    })
  /** A trial prepares for its first step: `done` of `total` units (`what`) are done, or it does something that is not counted. */
  | (OfAttempt & {
      readonly type: 'trial-preparing';
      readonly what: string;
      readonly done?: number;
      readonly total?: number;
    })
  | (OfAttempt & { readonly type: 'trial-epoch' } & EpochReport)
  | (OfAttempt & { readonly type: 'trial-warning'; readonly message: string })
  | (OfAttempt & { readonly type: 'trial-completed' })
  /** A rule ended the trial early; it counts as finished. */
  | (OfAttempt & { readonly type: 'trial-stopped'; readonly epoch: number; readonly reason: string })
  /**
   * The attempt ends and nothing has failed; the trial is taken up again. Without a `reason` the user interrupted the sweep;
   * otherwise it says what came between, such as a host that was killed because of another trial. `waits`: a stopping rule has
   * paused the trial, and it goes on when the rule promotes it.
   */
  | (OfAttempt & { readonly type: 'trial-paused'; readonly reason?: string; readonly waits?: true })
  /** One attempt failed; with `willRetry` another follows, without the trial has failed. */
  | (OfAttempt & {
      readonly type: 'trial-failed';
      readonly kind: FailureKind;
      readonly error: SerializedError;
      readonly willRetry: boolean;
    })
  /** A device has no machine yet: its host waits for one, for instance in the queue of a cluster. */
  | { readonly type: 'host-waiting'; readonly at: number; readonly device: string; readonly reason: string }
  /** A host takes trials now. */
  | (OfHost & { readonly type: 'host-started'; readonly machine: Machine })
  /** A host ended before it was told to; `node` and `pid` are `undefined` where it never had a process. */
  | (OfHost & { readonly type: 'host-lost'; readonly error: SerializedError });

export interface EventSink {
  /** Takes an event; the promise resolves when the sink has done with it what it promises (the recorder: it is on disk). */
  emit(event: SweepEvent): Promise<void>;
  /** Flush and release. Safe to call twice. */
  close(): Promise<void>;
}

/** Hands every event to each sink in turn: put the recorder first, and nothing is shown that is not on disk. */
export function fanOut(...sinks: readonly EventSink[]): EventSink {
  return {
    emit: async (event) => {
      for (const sink of sinks) await sink.emit(event);
    },
    close: async () => {
      for (const sink of sinks) await sink.close();
    },
  };
}
