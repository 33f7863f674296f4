import type { EventSink } from '../../../core/trial/events.js';
import type { Observation } from '../../../core/trial/observation.js';
import type { Decide } from '../../../core/trial/stopping.js';
import type { Assignment } from '../../../executor/executor.js';
import { makeRule } from '../../../search/stopping/make-rule.js';
import { curveOptions } from '../../planning/curve-options.js';
import type { PreparedRun } from '../preparing/prepare-run.js';
import type { SweepHistory } from '../sweep-history.js';
import type { UnderWay } from '../under-way.js';
import { assignmentOf, EarlyStopping } from './early-stopping.js';
import { TargetWatch } from './target-watch.js';

type Assignments = AsyncGenerator<Assignment, void, undefined>;

/** What ends trials, and the sweep, before they are done. */
export interface Stopping {
  /** Have to get the events of the run after the history. */
  readonly sinks: readonly EventSink[];
  /** `undefined`: every trial runs to its end. */
  readonly decide: Decide | undefined;
  /** The trials to run, given those that are due. */
  assignments(due: Assignments): Assignments;
}

/** Whether a sweep stops anything early, so that it needs a history. */
export const stopsEarly = ({ sweep: { definition } }: PreparedRun): boolean =>
  definition.earlyTermination !== undefined || definition.objective.target !== undefined;

/** The target and the stopping rule of a sweep. */
export function stoppingOf(run: PreparedRun, history: SweepHistory, underWay: UnderWay): Stopping {
  const { sweep, context } = run;
  const { definition, plan } = sweep;
  const { objective, earlyTermination } = definition;
  const recorded = [...history.observations()];
  const begun = recorded.filter(({ status }) => OPEN.includes(status)).map(assignmentOf);
  const target = new TargetWatch(objective, recorded, (line) => context.observer.notice(line));
  if (earlyTermination === undefined) {
    return { sinks: [target], decide: undefined, assignments: (due) => target.assignments(due, begun) };
  }
  const stopping = new EarlyStopping({
    rule: makeRule(earlyTermination),
    curves: curveOptions(sweep, earlyTermination),
    history,
    underWay,
    isClosed: (begunTrials) => begunTrials >= plan.size || target.isReached,
  });
  return {
    sinks: [target, stopping],
    decide: stopping.decide,
    assignments: (due) => stopping.assignments(target.assignments(due, begun)),
  };
}

const OPEN: readonly Observation['status'][] = ['queued', 'running', 'paused'];
