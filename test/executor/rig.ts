import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { EventSink, SweepEvent } from '../../src/core/trial/events.js';
import type { Params } from '../../src/core/parameters.js';
import type { Assignment } from '../../src/executor/scheduling/assignment-source.js';
import type { Device } from '../../src/executor/hosts/devices.js';
import { execute, type Execution, type ExecutorOptions } from '../../src/executor/executor.js';
import type { HostSetup, SweepFolders, SweepLimits, TrainingSetup } from '../../src/executor/executor-options.js';

export const CPU: Device = { kind: 'cpu', index: 0 };

/** URL of a trainer in test/fixtures/trainers. */
export const trainer = (name: string): string => new URL(`../fixtures/trainers/${name}.js`, import.meta.url).href;

/** A folder of its own, removed after the test file's last test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sweepwright-executor-'));
  after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** One assignment for each set of parameters, numbered from 1 and with the key `trial-N`. */
export const assignments = (...all: readonly Params[]): Assignment[] =>
  all.map((params, index) => ({
    trial: { id: index + 1, key: `trial-${index + 1}`, position: index, seed: 100 + index, params },
    attempts: 0,
    failures: 0,
    recordedEpochs: 0,
  }));

type EventOf<Type extends SweepEvent['type']> = Extract<SweepEvent, { readonly type: Type }>;

/** A sink that keeps events, tells when one has come, and can make those who emit one wait or fail. */
export class TestSink implements EventSink {
  readonly events: SweepEvent[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #gates: { readonly matches: (event: SweepEvent) => boolean; readonly gate: Promise<void> }[] = [];

  async emit(event: SweepEvent): Promise<void> {
    this.events.push(event);
    for (const watcher of this.#watchers) watcher();
    for (const { matches, gate } of this.#gates) if (matches(event)) await gate;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  of<Type extends SweepEvent['type']>(type: Type): EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type);
  }

  /** Types of the events of a trial, in order. */
  story(trialId: number): string[] {
    return this.events.filter((event) => 'trialId' in event && event.trialId === trialId).map(({ type }) => type);
  }

  /** Resolves with the first event of this type, past or future, that matches. */
  seen<Type extends SweepEvent['type']>(type: Type, matches: (event: EventOf<Type>) => boolean = () => true) {
    return new Promise<EventOf<Type>>((resolve) => {
      const look = (): void => {
        const found = this.of(type).find(matches);
        if (found === undefined) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Makes `emit` of a matching event wait until the returned function is called; with an error, `emit` rejects with it. */
  hold(matches: (event: SweepEvent) => boolean): (error?: Error) => void {
    let open: (error?: Error) => void;
    const gate = new Promise<void>((resolve, reject) => {
      open = (error) => (error === undefined ? resolve() : reject(error));
    });
    gate.catch(() => undefined);
    this.#gates.push({ matches, gate });
    return (error) => open(error);
  }
}

export interface Running {
  readonly sink: TestSink;
  readonly execution: Execution;
  /** Root of the trials' folders. */
  readonly folder: string;
}

/** What a test says about a sweep, without the groups of `ExecutorOptions`; the rest has defaults. */
export type RigOptions = Partial<TrainingSetup & SweepFolders & HostSetup & SweepLimits> &
  Pick<ExecutorOptions, 'decide' | 'onNotice' | 'now'> & { readonly trainer: string; readonly sink?: TestSink };

/** Starts a sweep on one CPU host with one slot, unless `options` say otherwise. */
export async function start(
  trials: Iterable<Assignment> | AsyncIterable<Assignment>,
  options: RigOptions,
): Promise<Running> {
  const folder = options.checkpointRoot ?? (await temporaryFolder());
  const sink = options.sink ?? new TestSink();
  const iterator = Symbol.iterator in trials ? trials[Symbol.iterator]() : trials[Symbol.asyncIterator]();
  const { trainer: url, defaults = {}, dataset, files, checkpointEvery, memory } = options;
  const { cacheDir = join(folder, 'cache'), maxAttempts, maxTrialTimeMs, maxTimeMs, decide, onNotice, now } = options;
  const { devices = [CPU], slots = 1, cores = cpus().length, environment = process.env, verbose = false } = options;
  const { threads, launcher, startTimeoutMs, closeTimeoutMs, hangTimeouts, onOutput } = options;
  const timeouts = { startTimeoutMs, closeTimeoutMs, hangTimeouts };
  const execution = execute(iterator, {
    training: { trainer: url, defaults, dataset, files, checkpointEvery, memory },
    folders: { checkpointRoot: folder, cacheDir },
    hosts: { devices, slots, cores, threads, environment, verbose, launcher, onOutput, ...timeouts },
    limits: { maxAttempts, maxTrialTimeMs, maxTimeMs },
    ...{ sink, decide, onNotice, now },
  });
  // A test that fails half-way leaves no process behind.
  after(() => execution.kill());
  execution.finished.catch(() => undefined);
  return { sink, execution, folder };
}

/** An environment in which every Node process first loads a module with this text. */
export async function preloading(text: string): Promise<NodeJS.ProcessEnv> {
  const file = join(await temporaryFolder(), 'preload.mjs');
  await writeFile(file, text);
  return { ...process.env, NODE_OPTIONS: `--import=${pathToFileURL(file).href}` };
}

/** Whether a process exists and has not ended: until its parent has read its exit status, it stays as a zombie. */
export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = `/proc/${pid}/stat`;
  return !existsSync(status) || !/^\d+ \(.*\) Z/.test(readFileSync(status, 'utf8'));
}

/** Polls a condition that no event announces, such as a file or the end of a process. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}
