import { formatMetric, formatParam } from '../format.js';
import { RANGE_STEPS, type RangePoint } from '../../trainer/training/lr-find/range-test.js';

/** Shows how range tests get on. */
export interface LrFindProgress {
  begin(backbones: readonly string[]): void;
  prepare(backbone: string, work: { readonly what: string; readonly done: number; readonly total: number }): void;
  step(backbone: string, point: RangePoint): void;
  say(message: string): void;
  end(): void;
}

/** A line that is written over on a terminal; elsewhere only what is worth a line of its own. */
export function lrFindProgress(stream: { readonly isTTY?: boolean; write(text: string): unknown }): LrFindProgress {
  const isTerminal = stream.isTTY === true;
  const clear = isTerminal ? '\r\x1b[K' : '';
  const show = (text: string): void => {
    if (isTerminal) stream.write(`${clear}${text}`);
  };
  return {
    begin: (backbones) =>
      stream.write(`looking for the learning rate of ${backbones.join(', ')}: up to ${RANGE_STEPS} steps each\n`),
    prepare: (backbone, { what, done, total }) => show(`${backbone}  ${what} ${done} of ${total}`),
    step: (backbone, { step, learningRate, smoothedLoss }) =>
      show(`${backbone}  step ${step}, learning rate ${rateText(learningRate)}, loss ${formatMetric(smoothedLoss)}`),
    say: (message) => stream.write(`${clear}${message}\n`),
    end: () => show(''),
  };
}

/** Two digits: `2.3e-4`. */
export const rateText = (rate: number): string => formatParam(Number(rate.toPrecision(2)));
