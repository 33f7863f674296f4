import type { EarlyTermination, EarlyTerminationType } from '../../core/trial/early-termination.js';
import type { Mapping } from '../read-parameters.js';
import type { EarlyTerminateKey } from './keys.js';

/** The rule of a valid `early_terminate`, with defaults filled in; `undefined` where there is none. */
export function readEarlyTermination(written: unknown): EarlyTermination | undefined {
  if (written === undefined) return undefined;
  const form = formOf(written);
  const number = (key: EarlyTerminateKey): number | undefined => form[key] as number | undefined;
  const { type } = form as { readonly type: EarlyTerminationType };
  const within = [(form['within'] ?? []) as string | readonly string[]].flat();
  const minIter = number('min_iter') ?? 1;
  const maxIter = number('max_iter');
  const eta = number('eta') ?? 3;
  const minTrials = number('min_trials') ?? 5;
  const warmUp = number('warm_up') ?? (type === 'learning-curve' ? 0.2 : 0.33);
  switch (type) {
    case 'hyperband': {
      // W&B: `max_iter` wins over `min_iter`.
      const bands = maxIter === undefined ? { minIter } : { maxIter, s: number('s')! };
      return { type, bands, eta, strict: (form['strict'] as boolean | undefined) ?? true, within };
    }
    case 'asha': {
      const { unit = 'epochs', variant = 'stopping' } = form as Partial<Pick<AshaForm, 'unit' | 'variant'>>;
      return { type, minIter, eta, unit, variant, within };
    }
    case 'median':
      return { type, percentile: 50, warmUp, minTrials, maxIter, within };
    case 'percentile':
      return { type, percentile: number('percentile') ?? 25, warmUp, minTrials, maxIter, within };
    case 'learning-curve':
      return { type, confidence: number('confidence') ?? 0.95, warmUp, minTrials, maxIter, within };
    case 'top':
      return { type, share: number('share') ?? 1 / 3, keep: number('keep') ?? 0.1, maxIter, within };
    case 'patience':
      return { type, patience: number('patience') ?? 3, minDelta: number('min_delta') ?? 0 };
    case 'threshold':
      return { type, lower: number('lower'), upper: number('upper'), minIter };
    case 'wilcoxon':
      return { type, pValue: number('p_value') ?? 0.1, minFolds: number('min_folds') ?? 2 };
  }
}

type AshaForm = Extract<EarlyTermination, { readonly type: 'asha' }>;

/** `early_terminate: median` is short for `early_terminate: {type: median}`. */
export const formOf = (written: unknown): Mapping =>
  typeof written === 'string' ? { type: written } : (written as Mapping);
