import { InputError } from '../../core/errors.js';
import type { RuleReplay, RuleReplays } from '../../core/results/rule-replay.js';
import type { StoredSweep } from '../../core/trial/declaration.js';
import type { Observation } from '../../core/trial/observation.js';
import { makeRule } from '../../search/stopping/make-rule.js';
import { replay } from '../../search/stopping/replay.js';
import { knownSweep } from '../../store/reading/find-sweep.js';
import { resolveSweep } from '../../store/reading/queries/sweep-names.js';
import { sweepObservations } from '../../store/reading/queries/sweep-observations.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { parseSweep } from '../../sweep/parse.js';
import { SweepFileError } from '../../sweep/problem.js';
import { imageClassifier } from '../../trainer/manifest.js';
import { imageClassifierDescription } from '../../trainer/planning/image-classifier-description.js';
import { curveOptions } from '../planning/curve-options.js';
import { withReader } from './with-reader.js';

export interface ReplayRequest {
  /** Path of the database. */
  readonly db: string;
  /** Name of the sweep. @default the sweep that ran last */
  readonly sweep: string | undefined;
  /** Rules as `median` or `asha:eta=3,min_iter=2`. @default one of each kind */
  readonly rules: readonly string[];
  /** Trials at a time. */
  readonly slots: number;
}

/**
 * Runs stopping rules on the completed trials of a sweep, as if they had been declared when it ran.
 *
 * @throws {InputError} NO_DATABASE, UNKNOWN_SWEEP, NO_SWEEPS, NOTHING_TO_REPLAY, RULE_INVALID for a rule that a sweep file could not have
 */
export const replayRules = ({ db, sweep, rules, slots }: ReplayRequest): Promise<RuleReplays> =>
  withReader(db, async (reader) => {
    const stored = (await knownSweep(reader, await resolveSweep(reader, sweep)))!;
    const { metric, goal } = stored.objective;
    const asked = (rules.length > 0 ? rules : USUAL).map((rule) => ({
      rule,
      definition: definitionWith(stored, rule),
    }));
    const whole: Observation[] = [];
    let cut = 0;
    for await (const trial of sweepObservations(reader, stored.name)) {
      if (trial.status === 'completed') whole.push(trial);
      else if (trial.status === 'stopped') cut++;
    }
    if (whole.length < 2) {
      throw new InputError(
        'NOTHING_TO_REPLAY',
        `${stored.name} has ${whole.length} completed trials; a replay compares at least 2`,
        {
          hint: 'Trials that were stopped early do not count: how they would have ended is not known.',
        },
      );
    }
    const replays = asked.map(({ rule, definition }) => replayOf(rule, definition, whole, slots));
    const safe = replays.filter(({ regret, trained, epochs }) => regret === 0 && trained < epochs);
    const [advised] = safe.toSorted((a, b) => a.trained - b.trained);
    return {
      ...{ sweep: stored.name, metric, goal, trials: whole.length, cut, rules: replays },
      best: bestOf(whole, goal),
      advised: advised?.rule,
    };
  });

/** Rules that fit any sweep. */
const USUAL: readonly string[] = [
  ...['median', 'median:warm_up=0.2', 'percentile', 'top', 'learning-curve'],
  ...['hyperband:min_iter=1', 'asha', 'patience'],
];

function replayOf(
  rule: string,
  definition: SweepDefinition,
  trials: readonly Observation[],
  slots: number,
): RuleReplay {
  const { earlyTermination, objective, trainer } = definition;
  const defaults = trainer.kind === 'builtin' ? imageClassifierDescription.defaults : {};
  const options = curveOptions({ definition: { ...definition, objective }, trainer: { defaults } }, earlyTermination!);
  const { trained, epochs, trainedSeconds, seconds, stopped, best, found } = replay(
    makeRule(earlyTermination!),
    trials,
    {
      ...options,
      slots,
    },
  );
  const regret = best === undefined || found === undefined ? undefined : Math.abs(best - found);
  return { rule, trained, epochs, saved: seconds - trainedSeconds, seconds, stopped, found, regret };
}

/** The definition of a sweep with another stopping rule, checked as a sweep file is. */
function definitionWith({ definitionPath, definition }: StoredSweep, rule: string): SweepDefinition {
  const [type = '', settings = ''] = rule.split(/:(.*)/s);
  const keys = settings === '' ? [] : settings.split(',').map((setting) => setting.replace('=', ': '));
  const override = `early_terminate={${[`type: ${type}`, ...keys].join(', ')}}`;
  try {
    return parseSweep({ file: definitionPath, text: definition }, { manifest: imageClassifier, overrides: [override] });
  } catch (error) {
    if (!(error instanceof SweepFileError)) throw error;
    const { message, suggestion } = error.problems[0]!;
    throw new InputError(
      'RULE_INVALID',
      `--rule ${rule}: ${message}`,
      suggestion === undefined ? {} : { hint: suggestion },
    );
  }
}

function bestOf(trials: readonly Observation[], goal: 'minimize' | 'maximize'): number | undefined {
  const values = trials.flatMap(({ epochs }) => epochs.flatMap(({ objective }) => objective ?? []));
  if (values.length === 0) return undefined;
  return values.reduce((best, value) => (goal === 'maximize' ? Math.max(best, value) : Math.min(best, value)));
}
