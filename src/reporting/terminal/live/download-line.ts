import { formatBytes } from '../../../core/format.js';
import { progressLine, type OutputStream } from './progress-line.js';

/** The progress of a download, on a terminal alone; `now` is milliseconds. */
export function downloadLine(title: string, stream: OutputStream, now: () => number) {
  const line = progressLine({ stream, now });
  return {
    show: (done: number, total: number | undefined): void => {
      const of = total === undefined ? '' : ` of ${formatBytes(total)}, ${Math.floor((100 * done) / total)}%`;
      line.show(`${title}: ${formatBytes(done)}${of}`);
    },
    end: (): void => line.end(),
  };
}
