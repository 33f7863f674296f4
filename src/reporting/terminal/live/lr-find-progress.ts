import { printable } from '../../../core/printable.js';
import { formatMetric, formatParam } from '../../../core/format.js';
import type { RangeTestListener } from '../../../core/trainer/range-test.js';
import { preparingText } from './preparing-text.js';
import { progressLine, type OutputStream } from './progress-line.js';

/** The progress of range tests: on a terminal a line that is replaced, elsewhere only lines that start a test or warn. */
export function lrFindProgress(stream: OutputStream, now: () => number): RangeTestListener {
  const line = progressLine({ stream, now });
  return {
    begin: (backbones, maxSteps) =>
      line.say(`looking for the learning rate of ${backbones.join(', ')}: up to ${maxSteps} steps each`),
    prepare: (backbone, work) => line.show(`${backbone}  ${preparingText(work)}`),
    step: (backbone, { step, learningRate, smoothedLoss }) =>
      line.show(
        `${backbone}  step ${step}, learning rate ${rateText(learningRate)}, loss ${formatMetric(smoothedLoss)}`,
      ),
    say: (message) => line.say(printable(message)),
    end: () => line.end(),
  };
}

/** Two digits: `2.3e-4`. */
export const rateText = (rate: number): string => formatParam(Number(rate.toPrecision(2)));
