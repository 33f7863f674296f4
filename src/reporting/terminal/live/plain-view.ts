import type { ChalkInstance } from 'chalk';
import type { SweepEvent } from '../../../core/trial/events.js';
import { eventLine } from './event-line.js';
import { printable } from '../../../core/printable.js';
import { formatMetric, formatParams } from '../../../core/format.js';
import type { SweepView } from './live-view.js';
import type { SweepOutline } from '../../../core/trial/sweep-session.js';
import { SweepProgress } from './sweep-progress.js';

export interface PlainViewOptions {
  readonly write: (text: string) => unknown;
  readonly style: ChalkInstance;
}

/** One line for each start, epoch and end: for logs and pipes. */
export function plainView(outline: SweepOutline, { write, style }: PlainViewOptions): SweepView {
  const progress = new SweepProgress(outline);
  const line = (text: string): void => void write(`${text}\n`);
  return {
    line,
    notice: (text) => {
      if (text !== undefined) line(text);
    },
    emit(event) {
      const text = plainLine(event, progress) ?? eventLine(event, progress, style);
      progress.apply(event);
      if (text !== undefined) line(`${text}${doneOf(event, progress)}`);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

/** Every event as one line of JSON, for programs. */
export function jsonView(write: (text: string) => unknown): SweepView {
  return {
    line: () => undefined,
    notice: () => undefined,
    emit(event) {
      write(`${JSON.stringify(event)}\n`);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

/** Only trials that have failed for good. */
export function quietView(outline: SweepOutline, { write, style }: PlainViewOptions): SweepView {
  const view = plainView(outline, { write, style });
  return {
    ...view,
    line: () => undefined,
    notice: () => undefined,
    emit: (event) => (event.type === 'trial-failed' && !event.willRetry ? view.emit(event) : Promise.resolve()),
  };
}

function plainLine(event: SweepEvent, progress: SweepProgress): string | undefined {
  if (event.type === 'trial-started') {
    const { trial, environment } = event;
    const params = formatParams({ ...trial.params, seed: trial.seed }, progress.outline.varying);
    return `▸ trial ${trial.id} on ${environment.device}/${environment.slot}  ${printable(params)}`;
  }
  if (event.type === 'trial-epoch') {
    const { metric } = progress.outline.objective;
    const epochs = progress.running.get(event.trialId)?.epochs;
    const of = epochs === undefined ? '' : `/${epochs}`;
    return `  trial ${event.trialId} epoch ${event.epoch}${of}  ${printable(metric)} ${formatMetric(event.metrics[metric])}`;
  }
  return undefined;
}

function doneOf(event: SweepEvent, progress: SweepProgress): string {
  if (event.type !== 'trial-completed' && event.type !== 'trial-stopped') return '';
  const { total } = progress.outline;
  return `  [${progress.done}${Number.isFinite(total) ? `/${total}` : ''}]`;
}
