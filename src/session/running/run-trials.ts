import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fanOut, type EventSink } from '../../core/trial/events.js';
import type { SweepSummary } from '../../core/trial/sweep-session.js';
import { execute, type Execution, type ExecutorOptions } from '../../executor/executor.js';
import { serve } from '../../store/endpoint/serve.js';
import { CacheEviction } from './files/cache-eviction.js';
import { CheckpointRetention } from './files/checkpoint-retention.js';
import { finishOptions } from './finish/run-finish-command.js';
import { TrialCommands } from './finish/trial-commands.js';
import { retryingRecorder } from './retrying-recorder.js';
import { assignmentsOf, type RunAssignments } from './assignments.js';
import type { PreparedRun } from './preparing/prepare-run.js';
import type { SettledTrials } from './settle-trials.js';

/** Runs all unfinished trials, records their events, and removes checkpoints and cached files that are no longer needed. */
export async function runTrials(run: PreparedRun, settled: SettledTrials): Promise<SweepSummary> {
  const { sweep, store, handle, options, context } = run;
  const { observer, now, interrupts } = context;
  const view = observer.begin(settled.beginning);
  const recorder = retryingRecorder(handle.recorder(), (message) => observer.notice(message));
  store.onRestored(() => {
    // The folders beside a database are often deleted together with it, and trials need them.
    for (const folder of [run.cacheDir, run.checkpointRoot]) mkdirSync(folder, { recursive: true });
    observer.notice(`${store.path} was deleted by another program; it has been written again, complete`);
  });
  const trials = await assignmentsOf(run, settled, recorder);
  const commands = new TrialCommands(finishOptions(sweep.definition, options.db, context), store.reader);
  const sink = fanOut(recorder, ...trials.sinks, ...(await openFileRemovers(run)), view, commands);
  const endpoint = await serve(store, {
    sweep: sweep.definition.name,
    now,
    // Requests arrive only while this function waits for the execution below.
    control: (trial, action) => execution.control(trial, action) === 'accepted',
  });
  const execution = start(run, trials.assignments, { sink, decide: trials.decide });
  const listening = interrupts.listen({
    interrupt: () => {
      observer.stopping();
      recorder.interrupt();
      execution.interrupt();
    },
    kill: () => {
      recorder.interrupt();
      commands.abort();
      execution.kill();
    },
  });
  try {
    const summary = await execution.finished;
    await commands.close();
    return summary;
  } finally {
    listening.dispose();
    commands.abort();
    await trials.close();
    await view.close();
    await recorder.close();
    await endpoint.close();
  }
}

function start(
  run: PreparedRun,
  assignments: RunAssignments['assignments'],
  { sink, decide }: Pick<ExecutorOptions, 'sink' | 'decide'>,
): Execution {
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
    ...{ sink, decide },
    onNotice: (message) => observer.notice(message),
    now,
  });
}

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
