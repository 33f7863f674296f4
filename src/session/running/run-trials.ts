import type { Admission } from '../../store/sweep-handle.js';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fanOut, type EventSink } from '../../core/trial/events.js';
import type { SweepSummary } from '../../core/trial/sweep-session.js';
import type { Trial } from '../../core/trial/trial.js';
import { execute, type Execution } from '../../executor/executor.js';
import { serve } from '../../store/endpoint/serve.js';
import { CacheEviction } from './cache-eviction.js';
import { CheckpointRetention } from './checkpoint-retention.js';
import { retryingRecorder, type RetryingRecorder } from './retrying-recorder.js';
import { dueTrials, type DueTrials } from './due-trials.js';
import { pendingTrials } from './pending-trials.js';
import type { PreparedRun } from './prepare-run.js';
import type { SettledTrials } from './settle-trials.js';

/** Runs all unfinished trials, records their events, and removes checkpoints and cached files that are no longer needed. */
export async function runTrials(run: PreparedRun, settled: SettledTrials): Promise<SweepSummary> {
  const { sweep, store, handle, context } = run;
  const { observer, now, interrupts } = context;
  const view = observer.begin(settled.beginning);
  const recorder = retryingRecorder(handle.recorder(), (message) => observer.notice(message));
  store.onRestored(() => {
    // Who deletes a database often deletes the folders beside it, too. Trials need them.
    for (const folder of [run.cacheDir, run.checkpointRoot]) mkdirSync(folder, { recursive: true });
    observer.notice(`${store.path} was deleted by another program; it has been written again, complete`);
  });
  const trials = await dueTrials(run, settled);
  const sink = fanOut(recorder, ...trials.sinks, ...(await openFileRemovers(run)), view);
  const endpoint = await serve(store, {
    sweep: sweep.definition.name,
    now,
    // Requests arrive only while this function waits for the execution below.
    control: (trial, action) => execution.control(trial, action) === 'accepted',
  });
  const execution = start(run, assignmentsOf(run, settled, { trials, recorder }), sink);
  const listening = interrupts.listen({
    interrupt: () => {
      observer.stopping();
      recorder.interrupt();
      execution.interrupt();
    },
    kill: () => {
      recorder.interrupt();
      execution.kill();
    },
  });
  try {
    return await execution.finished;
  } finally {
    listening.dispose();
    await trials.close();
    await view.close();
    await recorder.close();
    await endpoint.close();
  }
}

function start(run: PreparedRun, assignments: Assignments, sink: EventSink): Execution {
  const { sweep, devices, slots, threads, cacheDir, checkpointRoot, options, context } = run;
  const { definition, trainer, dataset, files } = sweep;
  const { environment, now, observer } = context;
  return execute(assignments, {
    training: {
      trainer: trainer.url,
      settings: trainer.settings,
      defaults: trainer.defaults,
      dataset: dataset?.name,
      files,
      checkpointEvery: definition.checkpointEvery,
      memory: trainer.memory,
    },
    folders: { cacheDir, checkpointRoot },
    hosts: {
      ...{ devices, slots, threads, cores: availableParallelism(), environment },
      verbose: options.verbose ?? false,
      hangTimeouts: { saysProgress: trainer.saysProgress },
      onOutput: options.verbose ? (device, line) => observer.output(device, line) : undefined,
    },
    limits: { maxTrialTimeMs: definition.maxTrialTimeMs, maxTimeMs: definition.maxTimeMs },
    sink,
    onNotice: (message) => observer.notice(message),
    now,
  });
}

type Assignments = ReturnType<typeof pendingTrials>;

/** The sinks that remove files: checkpoints that the sweep does not keep, and cached files above the limit. */
async function openFileRemovers(run: PreparedRun): Promise<readonly EventSink[]> {
  const { sweep, handle, cacheDir, cacheBytes, checkpointRoot, context } = run;
  const say = (message: string): void => context.observer.notice(message);
  const { keep } = sweep.definition;
  const checkpoints = new CheckpointRetention({ handle, root: checkpointRoot, keep, warn: say });
  await checkpoints.begin();
  const cache = new CacheEviction({ cacheDir, limitBytes: cacheBytes, now: context.now, say });
  await cache.evict();
  return [checkpoints, cache];
}

function assignmentsOf(
  { handle, checkpointRoot, options }: PreparedRun,
  { known, reuse }: SettledTrials,
  { trials, recorder }: { readonly trials: DueTrials; readonly recorder: RetryingRecorder },
): Assignments {
  const { fresh = false, retryFailed = false, maxTrials = Infinity } = options;
  const renew = async ({ id, key }: Trial): Promise<void> => {
    await recorder.retry(() => handle.renew(id));
    await rm(join(checkpointRoot, key), { recursive: true, force: true });
  };
  const numbering = {
    nextTrialId: () => handle.nextTrialId(),
    admit: (admissions: readonly Admission[]) => recorder.retry(() => handle.admit(admissions)),
  };
  return pendingTrials(trials.due, numbering, {
    ...{ known, retryFailed, limit: maxTrials },
    ...(fresh ? { renew } : { begin: reuse?.begin }),
  });
}
