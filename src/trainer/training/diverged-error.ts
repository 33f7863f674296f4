import { SweepwrightError } from '../../core/errors.js';

/** The loss became NaN or infinite. */
export class DivergedError extends SweepwrightError {
  readonly code = 'DIVERGED';
  /** Counted from 1. */
  readonly epoch: number;
  /** Counted from 1; `undefined` if it happened in validation. */
  readonly step: number | undefined;

  constructor(loss: number, epoch: number, step?: number) {
    const place = step === undefined ? `the validation of epoch ${epoch}` : `step ${step} of epoch ${epoch}`;
    super(`training diverged: the loss is ${loss} in ${place}`, { hint: 'Try a lower learning_rate.' });
    this.epoch = epoch;
    this.step = step;
  }
}
