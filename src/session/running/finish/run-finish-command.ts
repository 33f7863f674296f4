import { resolve } from 'node:path';
import { printable } from '../../../core/printable.js';
import { lastLines, runProgram } from '../../../platform/run-program.js';
import type { SweepDefinition } from '../../../sweep/definition.js';
import type { RunContext } from '../run-options.js';

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

/** Environment variables of a command. */
export type Variables = Readonly<Record<string, string>>;

export interface FinishedThing {
  /** What has ended, for messages: `trial 3`. */
  readonly what: string;
  readonly variables: Variables;
  /** Ends the command. */
  readonly signal?: AbortSignal;
}

/** Runs a command of `on_finish`. A failure is reported, and is never one of the sweep. */
export async function runFinishCommand(
  command: string,
  { what, variables, signal }: FinishedThing,
  { definition, db, environment, notice }: FinishOptions,
): Promise<void> {
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
  const said = printable(lastLines(`${outcome.stdout}\n${outcome.errors}`.trim(), 3));
  notice(`on_finish for ${what} failed (${outcome.exit})${said === '' ? '' : `: ${said}`}`);
}
