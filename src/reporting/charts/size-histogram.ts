import type { ComponentChildren } from 'preact';
import { h } from 'preact';
import type { SizeBin } from '../../core/reports/dataset-inspection.js';
import { formatCount, formatCounted } from '../../core/format.js';

const [WIDTH, HEIGHT, FOOT] = [460, 190, 26];

/** The sizes of images as SVG: a bar for each bin, with its count above and its smallest size below. */
export function sizeHistogram(sizes: readonly SizeBin[]): ComponentChildren {
  const most = Math.max(1, ...sizes.map(({ count }) => count));
  const step = WIDTH / Math.max(1, sizes.length);
  const width = Math.min(64, step - 4);
  const bars = sizes.map(({ from, to, count }, place) => {
    const height = count === 0 ? 0 : Math.max(2, ((HEIGHT - FOOT - 22) * count) / most);
    const middle = (place + 0.5) * step;
    const top = HEIGHT - FOOT - height;
    const label = (y: number, text: string): ComponentChildren =>
      h('text', { x: middle.toFixed(1), y: y.toFixed(1), 'text-anchor': 'middle' }, text);
    const box = { x: middle - width / 2, y: top, width, height };
    const rounded = Object.fromEntries(Object.entries(box).map(([name, value]) => [name, value.toFixed(1)]));
    return [
      h(
        'rect',
        { ...rounded, rx: 3 },
        h('title', null, `${formatCounted(count, 'image')} from ${from} to ${to - 1} px`),
      ),
      count > 0 && label(top - 6, formatCount(count)),
      label(HEIGHT - 8, String(from)),
    ];
  });
  return h('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': 'Images by shorter side' }, bars);
}
