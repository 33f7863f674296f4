import { resolve } from 'node:path';
import type { Leaderboard } from '../../core/results/leaderboard.js';
import type { Reader } from '../../core/results/reader.js';
import type { EventSink, SweepEvent } from '../../core/trial/events.js';
import type { SweepSummary } from '../../core/trial/sweep-session.js';
import { lastLines, runProgram } from '../../platform/run-program.js';
import { trialDetails } from '../../store/reading/queries/trial-details.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import type { RunContext } from './run-options.js';

export interface FinishOptions {
  readonly definition: Pick<SweepDefinition, 'name' | 'objective' | 'folder' | 'onFinish'>;
  /** Path of the database. */
  readonly db: string;
  /** The commands' environment, to which variables are added. */
  readonly environment: NodeJS.ProcessEnv;
  /** Reports a command that failed. The sweep goes on. */
  readonly notice: (message: string) => void;
}

export const finishOptions = (
  definition: FinishOptions['definition'],
  db: string,
  { environment, observer }: Pick<RunContext, 'environment' | 'observer'>,
): FinishOptions => ({ definition, db, environment, notice: (message) => observer.notice(message) });

type Variables = Readonly<Record<string, string>>;

/** Runs a command of `on_finish`. A failure is reported, and is never one of the sweep. */
async function runCommand(
  command: string,
  {
    what,
    variables,
    options,
    signal,
  }: {
    /** What has ended, for messages. */
    readonly what: string;
    readonly variables: Variables;
    readonly options: FinishOptions;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  const { definition, db, environment, notice } = options;
  const { metric, goal } = definition.objective;
  const common = { SWEEP_NAME: definition.name, SWEEP_DB: resolve(db), SWEEP_METRIC: metric, SWEEP_GOAL: goal };
  const outcome = await runProgram('/bin/sh', ['-c', command], {
    env: { ...environment, ...common, ...variables },
    cwd: definition.folder,
    timeoutMs: definition.onFinish!.timeoutMs,
    endsGroup: true,
    signal,
  }).catch(() => undefined);
  if (outcome === undefined || outcome.status === 'ok') return;
  if (outcome.status === 'missing') return notice(`on_finish for ${what} cannot run in ${definition.folder}`);
  const said = lastLines(`${outcome.stdout}\n${outcome.errors}`.trim(), 3);
  notice(`on_finish for ${what} failed (${outcome.exit})${said === '' ? '' : `: ${said}`}`);
}

/** How a session of a sweep ended, as `SWEEP_STATUS` says it. */
export function sessionStatus({ interrupted, timeUp, failed }: SweepSummary): string {
  if (interrupted) return 'interrupted';
  if (timeUp) return 'out-of-time';
  return failed > 0 ? 'failed' : 'finished';
}

/** Runs `on_finish` for the sweep. `ended`: `undefined` if the session broke off with an error. */
export async function runSweepCommand(
  options: FinishOptions,
  ended: { readonly summary: SweepSummary; readonly leaderboard: Leaderboard } | undefined,
): Promise<void> {
  const command = options.definition.onFinish?.sweep;
  if (command === undefined) return;
  const best = ended?.leaderboard.status.best;
  const { completed = 0, stopped = 0, failed = 0 } = ended?.summary ?? {};
  const variables = {
    SWEEP_EVENT: 'sweep',
    SWEEP_STATUS: ended === undefined ? 'error' : sessionStatus(ended.summary),
    ...{ SWEEP_COMPLETED: String(completed), SWEEP_STOPPED: String(stopped), SWEEP_FAILED: String(failed) },
    SWEEP_BEST_TRIAL: best === undefined ? '' : String(best.trial),
    SWEEP_BEST: best === undefined ? '' : String(best.objective),
  };
  await runCommand(command, { what: 'the sweep', variables, options });
}

/**
 * Runs `on_finish` for each trial that ends, one command after the other. Events do not wait for commands. This sink must come
 * after the recorder: the commands may query the database.
 */
export class TrialCommands implements EventSink {
  readonly #options: FinishOptions;
  readonly #reader: Reader;
  readonly #aborted = new AbortController();
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: FinishOptions, reader: Reader) {
    this.#options = options;
    this.#reader = reader;
  }

  emit(event: SweepEvent): Promise<void> {
    switch (event.type) {
      case 'trial-completed':
        this.#enqueue(event.trialId, { SWEEP_STATUS: 'completed' });
        break;
      case 'trial-stopped':
        this.#enqueue(event.trialId, { SWEEP_STATUS: 'stopped' });
        break;
      case 'trial-failed':
        if (!event.willRetry)
          this.#enqueue(event.trialId, { SWEEP_STATUS: 'failed', SWEEP_ERROR: event.error.message });
        break;
      default:
    }
    return Promise.resolve();
  }

  /** Ends the command under way and runs no other. */
  abort(): void {
    this.#aborted.abort();
  }

  /** Waits for all commands, each of which has a time limit. */
  async close(): Promise<void> {
    if (this.#waiting > 1)
      this.#options.notice(`waiting for ${this.#waiting} commands of on_finish; Ctrl-C twice skips them`);
    await this.#tail;
  }

  #enqueue(trial: number, variables: Variables): void {
    const command = this.#options.definition.onFinish?.trial;
    if (command === undefined) return;
    this.#waiting++;
    this.#tail = this.#tail
      .then(() => (this.#aborted.signal.aborted ? undefined : this.#run(command, trial, variables)))
      .catch((error: unknown) => this.#options.notice(`on_finish for trial ${trial} failed: ${String(error)}`))
      .finally(() => this.#waiting--);
  }

  async #run(command: string, trial: number, variables: Variables): Promise<void> {
    const { params, memberships } = await trialDetails(this.#reader, trial);
    const { name } = this.#options.definition;
    const value = memberships.find(({ sweep }) => sweep === name)?.best;
    const ofTrial = {
      ...{ SWEEP_EVENT: 'trial', SWEEP_TRIAL: String(trial), SWEEP_PARAMS: JSON.stringify(params) },
      SWEEP_VALUE: value === undefined ? '' : String(value),
    };
    const all = { ...ofTrial, ...variables };
    const { signal } = this.#aborted;
    await runCommand(command, { what: `trial ${trial}`, variables: all, options: this.#options, signal });
  }
}
