import type { SizeBin } from './inspection.js';

const [WIDTH, HEIGHT, FOOT] = [460, 190, 26];

/** How many images are how large, as SVG: a bar for each bin, its count above, its smallest size below. */
export function sizeHistogram(sizes: readonly SizeBin[]): string {
  const most = Math.max(1, ...sizes.map(({ count }) => count));
  const step = WIDTH / Math.max(1, sizes.length);
  const bars = sizes.map(({ from, to, count }, place) => {
    const height = count === 0 ? 0 : Math.max(2, ((HEIGHT - FOOT - 22) * count) / most);
    const middle = (place + 0.5) * step;
    const top = HEIGHT - FOOT - height;
    const width = Math.min(64, step - 4);
    return (
      `<rect x="${(middle - width / 2).toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" rx="3">` +
      `<title>${count} images from ${from} to ${to - 1} px</title></rect>` +
      (count === 0
        ? ''
        : `<text x="${middle.toFixed(1)}" y="${(top - 6).toFixed(1)}" text-anchor="middle">${count}</text>`) +
      `<text x="${middle.toFixed(1)}" y="${HEIGHT - 8}" text-anchor="middle">${from}</text>`
    );
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Images by shorter side">${bars.join('')}</svg>`;
}
