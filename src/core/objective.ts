/** The metric a sweep ranks by and which way is better. */
export interface Objective {
  /** Name of a metric that the trainer reports, e.g. `val_macro_f1`. */
  readonly metric: string;
  readonly goal: 'minimize' | 'maximize';
  /** Once a trial has this value or a better one, no new trial begins. */
  readonly target?: number;
}

/** Whether a value is as good as the target; never without a target. */
export const reaches = ({ goal, target }: Pick<Objective, 'goal' | 'target'>, value: number): boolean =>
  target !== undefined && Number.isFinite(value) && (goal === 'maximize' ? value >= target : value <= target);

/** Whether `value` beats `best`; anything finite beats nothing, NaN and infinities beat nothing at all. */
export function isBetter(objective: Objective, value: number, best: number | undefined): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === undefined) return true;
  return objective.goal === 'maximize' ? value > best : value < best;
}
