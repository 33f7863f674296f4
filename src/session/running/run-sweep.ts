import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import chalk from 'chalk';
import type { SweepStanding } from '../../core/results/sweep-status.js';
import { InputError } from '../../core/errors.js';
import { fanOut } from '../../core/events.js';
import type { Trial } from '../../core/trial.js';
import { resolveDevices, type Device } from '../../executor/hosts/devices.js';
import { execute, type Summary } from '../../executor/executor.js';
import { COUNTED_FAILURES } from '../../executor/scheduling/failure-rules.js';
import { threadsPerSlot } from '../../executor/hosts/host-environment.js';
import { describeProcessors } from '../../executor/hosts/processors.js';
import { formatCount } from '../../reporting/format.js';
import type { SweepOutline } from '../../reporting/terminal/progress.js';
import { knownSweep } from '../../store/reading/find-sweep.js';
import type { Admission, Candidate } from '../../store/recording/members.js';
import type { SweepHandle } from '../../store/sweep-handle.js';
import { serve } from '../../store/endpoint/serve.js';
import { openStore, type Store } from '../../store/store.js';
import { largestAxes } from '../../search/plan.js';
import { imageClassifier } from '../../trainer/manifest.js';
import { CacheKeeper } from './cache-keeper.js';
import { cacheLimit } from './cache-limit.js';
import { CheckpointKeeper } from './checkpoint-keeper.js';
import { chooseSlots } from './choose-slots.js';
import { findRates, findSettings } from '../range-tests/found-rates.js';
import { onInterrupt } from '../../commands/interrupts.js';
import { leaderboardText } from '../../reporting/terminal/leaderboard.js';
import { leaderboardOf } from '../reading/read-leaderboard.js';
import { patientRecorder } from './patient-recorder.js';
import { pendingTrials } from './pending-trials.js';
import { varyingNames, type PlannedSweep } from '../planning/planned-sweep.js';
import { ReuseOfEpochs } from '../continuing/reuse-of-epochs.js';
import { openScreen } from '../../commands/screen.js';
import { announce, conclusion } from '../../reporting/terminal/session-text.js';
import { declarationOf } from '../planning/sweep-declaration.js';
import { resultFolders, type SweepArgs } from '../../commands/sweep-options.js';
import { chooseThreads } from './sweep-threads.js';

export interface SweepSource {
  /** Path of the sweep file. */
  readonly file: string;
  /** What was set over it on the command line. */
  readonly overrides: readonly string[];
}

export type RunOptions = SweepArgs & {
  /** Train everything anew. */
  readonly fresh: boolean;
};

/** Runs a sweep until everything it declares is finished, or the user interrupts it. Returns the exit status. */
export async function runSweep(sweep: PlannedSweep, source: SweepSource, options: RunOptions): Promise<number> {
  const { definition } = sweep;
  requireSize(sweep, options);
  const cacheBytes = cacheLimit(process.env);
  const names = options.devices ?? (definition.devices === 'auto' ? ['auto'] : definition.devices);
  const devices = await resolveDevices(names, process.env);
  const processors = await describeProcessors(devices, process.env);
  const store = await openStore(options.db, { now: Date.now });
  try {
    const recorded = await knownSweep(store.reader, definition.name);
    const { slots, notes: slotNotes } = await chooseSlots(sweep, options.slots ?? definition.slots, {
      devices,
      processors,
      threads: options.threads ?? recorded?.threads,
      cacheDir: resultFolders(options.db).cacheDir,
      say: options.quiet ? () => undefined : (line) => process.stderr.write(`${line}\n`),
    });
    const share = threadsPerSlot(devices, slots, availableParallelism());
    const { threads, notes: threadNotes } = chooseThreads(options.threads, recorded?.threads, share);
    const notes = [...slotNotes, ...threadNotes];
    const handle = await store.openSweep(await declarationOf(sweep, source, { processors, threads }));
    const found = await findRates(sweep, handle, { store, devices, slots, threads, ...findSettings(options) });
    if (found === undefined) return 130;
    notes.push(...found.notes);
    const session = { sweep: found.sweep, store, handle, devices, slots, threads, notes, cacheBytes, options };
    const { outline, summary } = await runSession(session);
    if (!options.json && !options.quiet) {
      const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
      const board = leaderboardText(await leaderboardOf(store.reader, definition.name, 10), { columns, style: chalk });
      process.stdout.write(`\n${conclusion(summary, outline, Date.now())}\n\n${board}`);
    }
    if (summary.interrupted) return 130;
    return summary.failed > 0 || summary.timeUp ? 1 : 0;
  } finally {
    await store.close();
  }
}

interface Session {
  readonly sweep: PlannedSweep;
  readonly store: Store;
  readonly handle: SweepHandle;
  readonly devices: readonly Device[];
  readonly slots: number;
  /** Of TensorFlow, for each slot. */
  readonly threads: number;
  /** On the conditions that it runs under. */
  readonly notes: readonly string[];
  /** What the cache may take up. */
  readonly cacheBytes: number;
  readonly options: RunOptions;
}

async function runSession(session: Session): Promise<{ readonly outline: SweepOutline; readonly summary: Summary }> {
  const { sweep, store, handle, devices, slots, threads, notes, cacheBytes, options } = session;
  const { definition } = sweep;
  const { retryFailed, fresh, maxTrials = Infinity } = options;
  const { cacheDir, checkpointRoot } = resultFolders(options.db);
  const { dropped, shared } = await settleMembers(handle, sweep, fresh);
  const finished = fresh ? [] : await handle.finished();
  let known = await handle.known({ all: fresh, counted: COUNTED_FAILURES });
  const reuse = fresh ? undefined : new ReuseOfEpochs(session, checkpointRoot);
  const continued = (await reuse?.beginAll({ known, finished })) ?? 0;
  if (continued > 0) known = await handle.known({ counted: COUNTED_FAILURES });
  const standing = await handle.standing();
  const outline = outlineOf(session, standing);
  const opening = announce({ sweep, handle, standing, outline, dropped, shared, continued, retryFailed, fresh });
  const screen = openScreen(outline, options);
  // Where the screen shows no lines, somebody still wants to know why nothing happens.
  const say = (text: string): void => {
    if (options.json || options.quiet) process.stderr.write(`${text}\n`);
    else screen.line(text);
  };
  const recorder = patientRecorder(handle.recorder(), say);
  for (const line of [...opening, ...notes.map((note) => `  ${note}`)]) screen.line(line);
  const keeper = new CheckpointKeeper({ handle, root: checkpointRoot, keep: definition.keep, warn: say });
  await keeper.begin();
  const cacheKeeper = new CacheKeeper({ cacheDir, limitBytes: cacheBytes, now: Date.now, say });
  await cacheKeeper.tidy();
  const isBuiltin = definition.trainer.kind === 'builtin';
  // Whoever asks is heard only after this function has let go, when there is something to ask for.
  const endpoint = await serve(store, {
    sweep: definition.name,
    now: Date.now,
    control: (trial, action) => execution.control(trial, action) === 'accepted',
  });
  const renew = async ({ id, key }: Trial): Promise<void> => {
    await recorder.insist(() => handle.renew(id));
    await rm(join(checkpointRoot, key), { recursive: true, force: true });
  };
  const pending = {
    ...{ known, finished, retryFailed, limit: maxTrials },
    ...(fresh ? { renew } : { begin: reuse?.begin }),
  };
  const patient = {
    nextTrialId: () => handle.nextTrialId(),
    admit: (trials: readonly Admission[]) => recorder.insist(() => handle.admit(trials)),
  };
  const execution = execute(pendingTrials(sweep.plan.enumeration, patient, pending), {
    training: {
      trainer: sweep.trainer.url,
      defaults: sweep.trainer.defaults,
      dataset: sweep.dataset?.name,
      files: sweep.files,
      checkpointEvery: definition.checkpointEvery,
      memory: isBuiltin ? imageClassifier.memory : undefined,
    },
    folders: { cacheDir, checkpointRoot },
    hosts: {
      devices,
      slots,
      threads,
      cores: availableParallelism(),
      environment: process.env,
      verbose: options.verbose,
      hangTimeouts: { saysProgress: isBuiltin },
      onOutput: options.verbose ? (device, line) => screen.line(`${device}  ${line}`) : undefined,
    },
    limits: { maxTrialTimeMs: definition.maxTrialTimeMs, maxTimeMs: definition.maxTimeMs },
    sink: fanOut(recorder, keeper, cacheKeeper, screen),
    onNotice: say,
  });
  const interrupts = onInterrupt({
    interrupt: () => {
      screen.notice('stopping after the epochs under way; Ctrl-C again ends them now');
      recorder.interrupt();
      execution.interrupt();
    },
    kill: () => {
      recorder.interrupt();
      execution.kill();
    },
  });
  try {
    return { outline, summary: await execution.finished };
  } finally {
    interrupts.dispose();
    await screen.close();
    await recorder.close();
    await endpoint.close();
  }
}

function outlineOf({ sweep, devices, slots, options }: Session, standing: SweepStanding): SweepOutline {
  const { definition, plan } = sweep;
  const { fresh } = options;
  const done = fresh ? 0 : standing.finished;
  const failed = options.retryFailed || fresh ? 0 : standing.failed;
  return {
    name: definition.name,
    objective: definition.objective,
    varying: varyingNames(sweep),
    total: Math.min(plan.size, done + failed + (options.maxTrials ?? Infinity)),
    done,
    failed,
    slots: slots * devices.length,
    startedAt: Date.now(),
    ...(standing.best && !fresh && { best: standing.best }),
  };
}

/**
 * Gives every trial of the database its place in the plan, or none: a changed file declares others than before, and what
 * another sweep has finished need not run again, unless all is to be trained anew.
 */
async function settleMembers(
  handle: SweepHandle,
  { plan }: PlannedSweep,
  fresh: boolean,
): Promise<{ readonly dropped: number; readonly shared: number }> {
  const placeOf = ({ key, params, seed }: Candidate, hint?: number): number | undefined => {
    const place = plan.enumeration.positionOf(params, seed, hint);
    return place !== undefined && plan.enumeration.at(place).key === key ? place : undefined;
  };
  const { dropped } = await handle.reconcile((member) => placeOf(member, member.position));
  if (fresh) return { dropped, shared: 0 };
  const shared: Admission[] = [];
  for await (const stranger of handle.strangers()) {
    const position = placeOf(stranger);
    if (position !== undefined) shared.push({ id: stranger.id, position });
  }
  await handle.admit(shared);
  await handle.noteSettled();
  return { dropped, shared: shared.length };
}

/** Above this, a sweep is more likely a slip than a wish. */
const MODEST_SIZE = 10_000;

function requireSize({ definition, plan }: PlannedSweep, { yes, maxTrials }: SweepArgs): void {
  if (plan.size === 0) {
    throw new InputError('NO_TRIALS', `${definition.name} declares no trial: its exclude rules leave nothing`, {
      hint: 'Take a rule out, or give an axis more values; `sweep plan` shows both.',
    });
  }
  if (yes || maxTrials !== undefined || plan.size <= MODEST_SIZE) return;
  const [largest] = largestAxes(plan);
  const endless = !Number.isFinite(plan.size);
  const what = endless
    ? 'a random search without `run_cap` never ends'
    : `${definition.name} declares ${formatCount(plan.size)} trials, and ${largest!.name} alone has ${formatCount(largest!.size)} values`;
  throw new InputError('TOO_MANY_TRIALS', what, {
    hint: endless
      ? 'Add `run_cap: 50` to the file, or run with --max-trials 50, or with --yes until you stop it.'
      : 'Give it fewer values, or use `method: random` with a `run_cap`. --max-trials 100 runs the first ones, --yes all of them.',
  });
}
