import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, type SerializedError } from '../../core/errors.js';
import type { AttemptEnvironment, EventSink, SweepEvent } from '../../core/trial/events.js';
import type { Metrics } from '../../core/trainer/training.js';
import type { Device } from '../../executor/hosts/devices.js';
import { execute, type Assignment } from '../../executor/executor.js';
import type { RangePoint, RangeTestListener } from '../../core/trainer/range-test.js';
import type { LrFind } from '../../core/results/lr-find.js';
import type { RangeTestDescription } from '../../core/trainer/trainer-description.js';
import { knownLrFinds } from '../../store/reading/queries/lr-finds.js';
import { serve } from '../../store/endpoint/serve.js';
import type { Store } from '../../store/store.js';
import type { Surroundings } from '../surroundings.js';
import type { LrFindTask } from './lr-finds.js';
import type { PlannedSweep } from '../planning/planned-sweep.js';

export interface FindOptions extends Surroundings {
  readonly store: Store;
  readonly devices: readonly Device[];
  readonly slots: number;
  /** TensorFlow threads per slot. */
  readonly threads: number;
  readonly cacheDir: string;
  readonly verbose: boolean;
  readonly progress: RangeTestListener;
}

/**
 * Reads range tests from the database, and runs and records the missing ones.
 *
 * @returns the tests by key; `undefined` if the user interrupts
 *
 * @throws EnvironmentError LR_FIND_FAILED, and what `execute` rejects with
 */
export async function findLearningRates(
  tasks: readonly LrFindTask[],
  sweep: PlannedSweep,
  options: FindOptions,
): Promise<ReadonlyMap<string, LrFind> | undefined> {
  const { store, progress } = options;
  const keys = tasks.map(({ key }) => key);
  const known = await knownLrFinds(store.reader, keys);
  const missing = tasks.filter(({ key }) => !known.has(key));
  const { rangeTest } = sweep.trainer;
  if (missing.length === 0 || rangeTest === undefined) return known;
  const endpoint = await serve(store, { sweep: sweep.definition.name, now: options.now });
  progress.begin(
    missing.map(({ backbone }) => backbone),
    rangeTest.maxSteps,
  );
  try {
    if (!(await runTests(missing, { sweep, rangeTest }, options))) return undefined;
  } finally {
    progress.end();
    await endpoint.close();
  }
  return knownLrFinds(store.reader, keys);
}

interface Tested {
  readonly sweep: PlannedSweep;
  readonly rangeTest: RangeTestDescription;
}

/** Returns whether all tests ran to their end. */
async function runTests(
  tasks: readonly LrFindTask[],
  { sweep, rangeTest }: Tested,
  { store, devices, slots, threads, cacheDir, verbose, progress, environment, now, interrupts }: FindOptions,
): Promise<boolean> {
  const collector = new Collector(tasks, { sweep, rangeTest }, { store, progress });
  // A range test saves no checkpoints, but every trainer gets a folder for them.
  const folder = await mkdtemp(join(tmpdir(), 'sweepwright-lr-find-'));
  const execution = execute(assignments(tasks), {
    training: {
      trainer: rangeTest.url,
      defaults: sweep.trainer.defaults,
      dataset: sweep.dataset?.name,
      files: sweep.files,
      memory: sweep.trainer.memory,
    },
    folders: { cacheDir, checkpointRoot: folder },
    hosts: {
      ...{ devices, slots, threads, cores: availableParallelism(), environment, verbose },
      hangTimeouts: { saysProgress: sweep.trainer.saysProgress },
      onOutput: verbose ? (device, line) => progress.say(`${device}  ${line}`) : undefined,
    },
    sink: collector,
    onNotice: (message) => progress.say(message),
    now,
  });
  const listening = interrupts.listen(execution);
  try {
    const { interrupted } = await execution.finished;
    if (collector.failure) throw collector.failure;
    return !interrupted;
  } finally {
    listening.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

function* assignments(tasks: readonly LrFindTask[]): Generator<Assignment> {
  for (const [position, { key, params, seed }] of tasks.entries()) {
    yield { trial: { id: position + 1, key, position, params, seed }, attempts: 0, failures: 0, recordedEpochs: 0 };
  }
}

/** Collects the points of each test, and records the test when it has ended. */
class Collector implements EventSink {
  failure: EnvironmentError | undefined;
  readonly #tasks: readonly LrFindTask[];
  readonly #tested: Tested;
  readonly #parts: Pick<FindOptions, 'store' | 'progress'>;
  readonly #begun = new Map<number, Begun>();

  constructor(tasks: readonly LrFindTask[], tested: Tested, parts: Pick<FindOptions, 'store' | 'progress'>) {
    this.#tasks = tasks;
    this.#tested = tested;
    this.#parts = parts;
  }

  async emit(event: SweepEvent): Promise<void> {
    if (!('trialId' in event)) return;
    const { trialId, at } = event;
    const { store, progress } = this.#parts;
    const task = this.#tasks[trialId - 1]!;
    switch (event.type) {
      case 'trial-started':
        this.#begun.set(trialId, { at, environment: event.environment, points: [] });
        return;
      case 'trial-preparing':
        return progress.prepare(task.backbone, event);
      case 'trial-epoch': {
        const point = pointOf(event.epoch, event.metrics);
        this.#begun.get(trialId)!.points.push(point);
        return progress.step(task.backbone, point);
      }
      case 'trial-warning':
        return progress.say(`${task.backbone}: ${event.message}`);
      case 'trial-completed':
        return store.recordLrFind(this.#findOf(task, this.#begun.get(trialId)!, at));
      case 'trial-failed':
        if (!event.willRetry) this.failure ??= failed(task, event.error);
        return;
      case 'trial-progress':
      case 'trial-stopped':
      case 'trial-paused':
        return;
      default:
        event satisfies never;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #findOf({ key, backbone, params, seed }: LrFindTask, begun: Begun, endedAt: number): LrFind {
    const { at: startedAt, points, environment } = begun;
    const { device, threads } = environment;
    const { sweep, rangeTest } = this.#tested;
    const suggestions = rangeTest.suggest(points);
    const { dataset } = sweep;
    return { key, backbone, suggestions, points, params, seed, dataset, device, threads, startedAt, endedAt };
  }
}

interface Begun {
  readonly at: number;
  readonly environment: AttemptEnvironment;
  readonly points: RangePoint[];
}

/** A reported step as a point of the curve. */
function pointOf(step: number, metrics: Metrics): RangePoint {
  const { learning_rate: learningRate = NaN, loss = NaN, smoothed_loss: smoothedLoss = NaN } = metrics;
  return { step, learningRate, loss, smoothedLoss };
}

const failed = ({ backbone }: LrFindTask, { message }: SerializedError): EnvironmentError =>
  new EnvironmentError('LR_FIND_FAILED', `the test for the learning rate of ${backbone} failed: ${message}`);
