import type { ChalkInstance } from 'chalk';
import { formatBytes } from '../../../core/format.js';
import { bar } from './bar.js';
import { progressLine, type OutputStream } from './progress-line.js';

export interface DownloadLineOptions {
  readonly stream: OutputStream;
  readonly style: ChalkInstance;
  /** Milliseconds. */
  readonly now: () => number;
}

const BAR_WIDTH = 24;

/** The progress of a download as a bar, on a terminal alone. */
export function downloadLine(title: string, { stream, style, now }: DownloadLineOptions) {
  const line = progressLine({ stream, now });
  return {
    /** `total`: bytes, where the server says it. */
    show: (done: number, total: number | undefined): void => {
      const share = total === undefined ? undefined : done / total;
      const drawn = share === undefined ? '' : `  ${bar(share, BAR_WIDTH, style)} ${Math.floor(100 * share)}%`;
      const of = total === undefined ? '' : ` of ${formatBytes(total)}`;
      line.show(`${title}${drawn}  ${formatBytes(done)}${of}`);
    },
    end: (): void => line.end(),
  };
}
