import type { EpochObservation, Observation } from '../../core/trial/observation.js';
import type { TrialStatus } from '../../core/trial/trial.js';
import { curveOf, type CurveOptions } from './curve.js';
import { Curves } from './curves.js';
import type { StoppingRule } from './rule.js';

/** What a rule would have saved and cost on recorded curves. */
export interface Replay {
  /** Epochs that it trains, of `epochs`. */
  readonly trained: number;
  readonly epochs: number;
  /** Seconds of training, of `seconds`. */
  readonly trainedSeconds: number;
  readonly seconds: number;
  /** Trials that it stops, of `trials`. */
  readonly stopped: number;
  readonly trials: number;
  /** Best value of all curves, and of what the rule trains of them; `undefined` where no epoch has a value. */
  readonly best: number | undefined;
  readonly found: number | undefined;
}

export interface ReplayOptions extends CurveOptions {
  /** Trials at a time. */
  readonly slots: number;
}

/**
 * Runs a rule on recorded trials, which begin in their order and whose epochs take as long as they took. Epochs that the rule
 * does not train are left out as if they had never been.
 */
export function replay(
  rule: StoppingRule,
  recorded: readonly Observation[],
  { slots, ...options }: ReplayOptions,
): Replay {
  const curves = new Curves(options);
  const waiting = recorded.map((trial): Run => ({ trial, epochs: [], status: 'running', until: 0 })).reverse();
  const begun = new Map<number, Run>();
  const running: Run[] = [];
  let time = 0;

  function begin(): boolean {
    const promoted = rule.promote?.(curves, (id) => begun.get(id)?.status === 'paused');
    const run = promoted === undefined ? waiting.pop() : begun.get(promoted.trial.id)!;
    if (run === undefined) return false;
    begun.set(run.trial.id, run);
    run.status = 'running';
    curves.isClosed = waiting.length === 0;
    update(run);
    if (run.epochs.length === 0 || goesOn(run)) schedule(run);
    return true;
  }

  function schedule(run: Run): void {
    const next = run.trial.epochs[run.epochs.length];
    if (next === undefined) return end(run, run.trial.status === 'failed' ? 'failed' : 'completed');
    run.until = time + Math.max(next.seconds, SHORTEST);
    running.push(run);
  }

  /** Asks the rule, unless the trial has no epoch left. */
  function goesOn(run: Run): boolean {
    if (run.epochs.length === run.trial.epochs.length) return true;
    const { decision } = rule.judge(curves.get(run.trial.id)!, curves);
    if (decision !== 'continue') end(run, decision === 'stop' ? 'stopped' : 'paused');
    return decision === 'continue';
  }

  function end(run: Run, status: TrialStatus): void {
    run.status = status;
    update(run);
  }

  const update = ({ trial, epochs, status }: Run): void => curves.update({ ...trial, epochs: [...epochs], status });

  for (;;) {
    while (running.length < slots && begin());
    const next = running.reduce<Run | undefined>(
      (first, run) => (first && first.until <= run.until ? first : run),
      undefined,
    );
    if (next === undefined) break;
    running.splice(running.indexOf(next), 1);
    time = next.until;
    next.epochs.push(next.trial.epochs[next.epochs.length]!);
    update(next);
    if (goesOn(next)) schedule(next);
  }
  return summarize(recorded, curves, options);
}

interface Run {
  readonly trial: Observation;
  readonly epochs: EpochObservation[];
  status: TrialStatus;
  /** When its epoch under way ends, in seconds. */
  until: number;
}

/** Seconds of an epoch whose time was not recorded. */
const SHORTEST = 1e-3;

function summarize(recorded: readonly Observation[], curves: Curves, options: CurveOptions): Replay {
  const sign = options.goal === 'maximize' ? -1 : 1;
  const trained = [...curves.all()];
  const whole = recorded.map((trial) => curveOf(trial, options));
  const signed = (bests: readonly (number | undefined)[]): number | undefined => {
    const best = Math.min(...bests.map((value) => value ?? Infinity));
    return Number.isFinite(best) ? sign * best : undefined;
  };
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const secondsOf = ({ epochs }: Observation): number => sum(epochs.map(({ seconds }) => seconds));
  return {
    trained: sum(trained.map(({ trial }) => trial.epochs.length)),
    epochs: sum(recorded.map(({ epochs }) => epochs.length)),
    trainedSeconds: sum(trained.map(({ trial }) => secondsOf(trial))),
    seconds: sum(recorded.map(secondsOf)),
    stopped: trained.filter(({ trial }) => trial.status === 'stopped' || trial.status === 'paused').length,
    trials: recorded.length,
    best: signed(whole.map(({ best }) => best.at(-1))),
    found: signed(trained.map(({ best }) => best.at(-1))),
  };
}
