import type { ChalkInstance } from 'chalk';
import type { SweepEvent } from '../../../core/trial/events.js';
import { printable, printableLines } from '../../../core/printable.js';
import { formatDuration, formatMetric, formatParams } from '../../../core/format.js';
import type { SweepProgress } from './sweep-progress.js';

/**
 * One line for an event that is worth finding again by scrolling back; `undefined` for any other. A warning with the text
 * of an earlier one is left out; `sweep show` lists the warnings of each trial.
 */
export function eventLine(event: SweepEvent, progress: SweepProgress, style: ChalkInstance): string | undefined {
  switch (event.type) {
    case 'trial-completed':
    case 'trial-stopped': {
      const running = progress.running.get(event.trialId);
      const mark = event.type === 'trial-completed' ? style.green('✓') : style.yellow('◦');
      const end =
        event.type === 'trial-completed' ? '' : `stopped after epoch ${event.epoch}: ${printable(event.reason)}  `;
      if (!running) return `${mark} trial ${event.trialId}`;
      const { metric } = progress.outline.objective;
      const best =
        running.best === undefined
          ? `${metric} -`
          : `${metric} ${style.bold(formatMetric(running.best))} (epoch ${running.bestEpoch})`;
      const seconds = formatDuration((event.at - running.startedAt) / 1000);
      return `${mark} ${label(event.trialId)} ${end}${best}  ${seconds.padStart(6)}  ${style.dim(parameters(event.trialId, progress))}`;
    }
    case 'trial-failed': {
      const mark = event.willRetry ? style.yellow('↻') : style.red('✗');
      const next = event.willRetry ? `attempt ${event.attempt} failed, trying again` : 'failed';
      const { code, message, hint } = event.error;
      const line = `${mark} ${label(event.trialId)} ${next}: ${printable(code)}: ${firstLine(message)}  ${style.dim(parameters(event.trialId, progress))}`;
      return hint === undefined || event.willRetry
        ? line
        : `${line}\n  ${printableLines(hint).replaceAll('\n', '\n  ')}`;
    }
    case 'trial-paused':
      if (event.waits) return `${style.yellow('‖')} ${label(event.trialId)} paused by ${printable(event.reason ?? '')}`;
      return event.reason === undefined
        ? `${style.yellow('‖')} ${label(event.trialId)} paused  ${style.dim(parameters(event.trialId, progress))}`
        : `${style.yellow('↻')} ${label(event.trialId)} goes on from its last epoch: ${firstLine(event.reason)}`;
    case 'trial-warning':
      if (progress.warnings.has(event.message)) return undefined;
      return `${style.yellow('!')} ${label(event.trialId)} ${printable(event.message)}`;
    case 'host-lost':
      return `${style.red('!')} the process of ${event.device} ended: ${firstLine(event.error.message)}`;
    case 'host-waiting':
      return `${style.dim('…')} ${event.device} waits for a machine: ${printable(event.reason)}`;
    case 'trial-started':
    case 'trial-progress':
    case 'trial-preparing':
    case 'trial-epoch':
    case 'host-started':
      return undefined;
    default:
      return event satisfies never;
  }
}

const firstLine = (text: string): string => printable(text.split('\n')[0]!);

const label = (trialId: number): string => `trial ${String(trialId).padEnd(4)}`;

function parameters(trialId: number, progress: SweepProgress): string {
  const running = progress.running.get(trialId);
  if (!running) return '';
  const { params, seed } = running.trial;
  return printable(formatParams({ ...params, seed }, progress.outline.varying));
}
