import type { Backbone } from '../../trainer/networks/backbones.js';
import { fetchWeights } from '../../trainer/networks/weights/catalogue/fetch-weights.js';
import { WeightStore } from '../../trainer/networks/weights/catalogue/weight-store.js';
import { onInterrupt } from '../../commands/interrupts.js';
import { weightsFolder } from './weights-folder.js';
import { formatBytes } from '../../runtime/format.js';

/** Fetches a backbone's weights and says how far that is; Ctrl-C leaves what has arrived for the next time. */
export async function fetchCommand(backbone: Backbone): Promise<void> {
  const store = new WeightStore(weightsFolder());
  const stop = new AbortController();
  const listening = onInterrupt({ interrupt: () => stop.abort(), kill: () => process.exit(130) });
  const line = progressLine(backbone);
  try {
    const stored = await fetchWeights(backbone, store, { signal: stop.signal, onProgress: line.show });
    line.end();
    const trust = stored.verified
      ? 'the hash is the one that the publisher names'
      : `the publisher names no hash; from now on it has to be ${stored.sourceSha256.slice(0, 12)}...`;
    process.stdout.write(`${backbone}: ${formatBytes(stored.bytes)} from ${stored.source}\n${trust}\n`);
  } catch (error) {
    line.end();
    if (!stop.signal.aborted) throw error;
    process.stdout.write('Interrupted. The next fetch goes on from here.\n');
    process.exitCode = 130;
  } finally {
    listening.dispose();
  }
}

const REDRAW_MS = 100;

/** One line that is drawn again as the download grows; without a terminal there is none. */
function progressLine(title: string) {
  let shownAt = 0;
  return {
    show: (done: number, total: number | undefined): void => {
      const now = Date.now();
      if (!process.stdout.isTTY || (now - shownAt < REDRAW_MS && done !== total)) return;
      shownAt = now;
      const of = total === undefined ? '' : ` of ${formatBytes(total)}, ${Math.floor((100 * done) / total)}%`;
      process.stdout.write(`\r\u001b[K${title}: ${formatBytes(done)}${of}`);
    },
    end: (): void => {
      if (shownAt > 0) process.stdout.write('\r\u001b[K');
    },
  };
}
