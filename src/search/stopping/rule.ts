import type { Verdict } from '../../core/trial/stopping.js';
import type { Curve } from './curve.js';
import type { Curves } from './curves.js';

/**
 * Stops trials early: a pure function of the rule's definition and of the recorded rows, those of open trials included. So no
 * rule saves a state: after a crash, the same rows give the same verdict. To add one: a file in `rules/`, its definition in
 * core/trial/early-termination.ts, its keys in sweep/early-terminate/, an entry in `make-rule.ts`, a line in
 * test/search/stopping/conformance.test.ts, and one in docs/stopping.md.
 */
export interface StoppingRule {
  /**
   * Whether a trial goes on after its last recorded epoch.
   *
   * @param curves - of all trials, with this epoch
   */
  judge(curve: Curve, curves: Curves): Verdict;
  /**
   * Only of rules that pause: the paused trial that goes on next. It is judged again before its next epoch.
   * `undefined`: none as yet.
   *
   * @param mayGoOn - whether a trial is one that the rule has paused
   */
  promote?(curves: Curves, mayGoOn: (trialId: number) => boolean): Curve | undefined;
}

export const CONTINUE: Verdict = { decision: 'continue' };

export const stop = (reason: string): Verdict => ({ decision: 'stop', reason });

export const pause = (reason: string): Verdict => ({ decision: 'pause', reason });
