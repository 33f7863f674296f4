/** The trainer of programs: an attempt at a trial is one run of the sweep's program. */
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Train, TrainingContext } from '../core/trainer/training.js';
import { formatBytes } from '../core/format.js';
import { countKernelKills } from '../platform/kernel-kills.js';
import { shellText } from './command/command-line.js';
import { JsonLines } from './printed/json-lines.js';
import type { LineReader } from './printed/line-reader.js';
import { LineSplitter } from './printed/line-splitter.js';
import { OutputLog } from './processes/output-log.js';
import { PatternLines } from './printed/pattern-lines.js';
import { ProcessTree, type ProgramExit } from './processes/process-tree.js';
import { explainExit, ProgramError } from './processes/program-error.js';
import type { ProgramSettings } from './program-settings.js';
import { ReportServer } from './reports/report-server.js';
import { Reports } from './reports/reports.js';
import { prepareTrial, type Start } from './trial-files.js';

/** @throws {ProgramError} if the program fails, {InputError} REPORT_INVALID if it reports something wrong */
export const train: Train = (context) => new ProgramRun(context, context.settings as ProgramSettings).run();

/** How long a program that is told to stop has to end by itself, and again after SIGTERM. */
const STOP_GRACE_MS = 20_000;
/** How long to wait for the rest of the output where a process that could not be ended has it open. */
const OUTPUT_GRACE_MS = 500;
/** Reports that may wait to be recorded before the program has to wait, too. */
const MAX_UNRECORDED = 1000;
/** How often the memory of a program with a limit is looked at. */
const MEMORY_CHECK_MS = 1_000;
/** Lines of output kept for messages. */
const KEPT_LINES = 200;
/** Lines of output in the record of a failure. */
const RECORDED_LINES = 30;

class ProgramRun {
  readonly #context: TrainingContext;
  readonly #settings: ProgramSettings;
  readonly #reports: Reports;
  readonly #reader: LineReader;
  readonly #lastLines: string[] = [];
  #server: ReportServer | undefined;
  #tree: ProcessTree | undefined;
  /** Reports that are not recorded yet. */
  #unrecorded = 0;
  #failure: Error | undefined;
  #hasExited = false;
  #stopTimers: readonly NodeJS.Timeout[] = [];

  constructor(context: TrainingContext, settings: ProgramSettings) {
    this.#context = context;
    this.#settings = settings;
    const { objective, patterns } = settings;
    this.#reports = new Reports(context.report, () => this.#stop());
    this.#reader =
      Object.keys(patterns).length > 0
        ? new PatternLines(this.#reports, patterns)
        : new JsonLines(this.#reports, objective);
  }

  async run(): Promise<void> {
    const [context, settings, reports] = [this.#context, this.#settings, this.#reports];
    const server = await ReportServer.open({ context, reports, fail: (error) => this.#fail(error) });
    this.#server = server;
    try {
      const start = await prepareTrial({ context, settings, socket: server.path, environment: process.env });
      const kernelKills = countKernelKills();
      const exit = await this.#runToEnd(start, server);
      context.signal.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure;
      if (reports.stopped) return;
      const systemOutOfMemory = countKernelKills() > kernelKills;
      const error = explainExit({ name: settings.name, exit, output: this.#recorded(), systemOutOfMemory });
      if (error !== undefined) throw error;
      this.#checkReports();
    } finally {
      server.close();
    }
  }

  /** Resolves when all processes of the program have ended, and all that they reported is recorded. */
  async #runToEnd(start: Start, server: ReportServer): Promise<ProgramExit> {
    const { signal, checkpointDir, warn } = this.#context;
    const log = new OutputLog(checkpointDir, warn);
    log.write(Buffer.from(`$ ${shellText(start.words)}\n`));
    const tree = new ProcessTree(start);
    this.#tree = tree;
    const end = (): void => void tree.end();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const memoryCheck = setInterval(() => this.#checkMemory(tree), MEMORY_CHECK_MS);
    try {
      const output = Promise.all([this.#listen(tree.stdout, log), this.#listen(tree.stderr, log)]);
      const exit = await tree.exited;
      this.#hasExited = true;
      await tree.end();
      await Promise.race([output, sleep(OUTPUT_GRACE_MS, undefined, { ref: false })]);
      await server.drained();
      this.#take(() => this.#reader.end());
      await this.#reports.settled();
      return exit;
    } finally {
      this.#stopTimers.forEach(clearTimeout);
      clearInterval(memoryCheck);
      signal.removeEventListener('abort', end);
      log.close();
    }
  }

  /** Follows one stream of output to its end. */
  async #listen(stream: Readable, log: OutputLog): Promise<void> {
    const splitter = new LineSplitter();
    try {
      for await (const chunk of stream) {
        log.write(chunk as Buffer);
        this.#takeLines(splitter.push(chunk as Buffer));
        // A program that reports faster than its reports are recorded waits, as its pipe fills.
        if (this.#unrecorded > MAX_UNRECORDED) await this.#reports.settled();
      }
    } catch {
      // A pipe that breaks ends the output; the program's exit says why.
    }
    this.#takeLines(splitter.end());
  }

  #takeLines(lines: readonly string[]): void {
    this.#lastLines.push(...lines.slice(-KEPT_LINES));
    this.#lastLines.splice(0, this.#lastLines.length - KEPT_LINES);
    for (const line of lines) this.#take(() => this.#reader.take(line));
  }

  /** Takes a report, if there is one. What is wrong with it fails the trial. */
  #take(read: () => Promise<unknown> | undefined): void {
    // A program that reports over the socket may print the same again.
    const reportsElsewhere = this.#settings.reporter !== undefined || this.#server?.isUsed === true;
    if (this.#failure !== undefined || reportsElsewhere) return;
    const fail = (error: unknown): void => this.#fail(error as Error);
    try {
      const report = read();
      if (report === undefined) return;
      this.#unrecorded++;
      report.catch(fail).finally(() => this.#unrecorded--);
    } catch (error) {
      fail(error);
    }
  }

  #checkMemory(tree: ProcessTree): void {
    const { name, memoryBytes: limit } = this.#settings;
    if (limit === undefined) return;
    const bytes = tree.memory(limit);
    if (bytes <= limit) return;
    const message = `${name} used ${formatBytes(bytes)} of memory, and \`resources\` allows ${formatBytes(limit)}`;
    this.#fail(new ProgramError('PROGRAM_OUT_OF_MEMORY', message, { output: this.#recorded() }));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    void this.#tree?.end();
  }

  /** A program that reads answers is given time to stop by itself; any other is asked to by a signal. */
  #stop(): void {
    if (this.#hasExited) return;
    const ownMs = this.#server?.isUsed === true ? STOP_GRACE_MS : 0;
    this.#stopTimers = [
      setTimeout(() => this.#tree?.terminate(), ownMs),
      setTimeout(() => void this.#tree?.end(), ownMs + STOP_GRACE_MS),
    ];
  }

  #recorded(): readonly string[] {
    return this.#lastLines.slice(-RECORDED_LINES);
  }

  /** @throws {ProgramError} NOTHING_REPORTED */
  #checkReports(): void {
    const { name, objective } = this.#settings;
    const { metrics } = this.#reports;
    if (metrics.size === 0 && this.#context.recordedEpochs === 0) {
      throw new ProgramError('NOTHING_REPORTED', `${name} has ended without reporting a metric`, {
        output: this.#recorded(),
        hint: `Let it print a line of JSON for each epoch, {"epoch": 1, "${objective}": 0.5}, or name what it prints with \`metrics:\`; see docs/programs.md.`,
      });
    }
    if (metrics.size > 0 && !metrics.has(objective)) {
      const names = [...metrics].slice(0, 10).join(', ');
      this.#context.warn(
        `${name} reports ${names} and never ${objective}, which ranks the trials; \`metric:\` in the sweep file names another one`,
      );
    }
  }
}
