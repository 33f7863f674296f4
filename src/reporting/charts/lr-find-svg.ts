import { formatParam } from '../../core/format.js';
import { decades } from './log-axis.js';

/** A range test of the learning rate to draw. */
export interface LrFindPanel {
  readonly title: string;
  readonly points: readonly { readonly learningRate: number; readonly loss: number; readonly smoothedLoss: number }[];
  /** Rates to mark, by what they are called. */
  readonly marks: Readonly<Record<string, number>>;
}

const WIDTH = 760;
const HEIGHT = 340;
const LEFT = 64;
const RIGHT = 24;
const TOP = 78;
const BOTTOM = 46;
const GAP = 16;

/**
 * Curves of range tests, one below the other, as an SVG that needs nothing else and follows the reader's light or dark theme:
 * losses of single steps pale, the smoothed loss on top, learning rate by its logarithm.
 */
export function drawLrFinds(panels: readonly LrFindPanel[]): string {
  const height = panels.length * (HEIGHT + GAP) - GAP;
  const body = panels.map((panel, index) => `<g transform="translate(0 ${index * (HEIGHT + GAP)})">${draw(panel)}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<style>${STYLE}</style>
<rect class="page" width="${WIDTH}" height="${height}"/>
${body.join('\n')}
</svg>
`;
}

const STYLE = `
  svg { color-scheme: light dark; font: 12px system-ui, sans-serif; }
  .page { fill: #fff; } .title { font-size: 14px; font-weight: 600; } text { fill: #1f2328; } .quiet { fill: #59636e; }
  .grid { stroke: #d1d9e0; } .step { fill: #0969da; opacity: 0.45; }
  .curve { fill: none; stroke: #0969da; stroke-width: 2; stroke-linejoin: round; }
  .mark { stroke: #bc4c00; stroke-dasharray: 4 3; } .name { fill: #bc4c00; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; } text { fill: #f0f6fc; } .quiet { fill: #9198a1; } .grid { stroke: #3d444d; }
    .step { fill: #4493f8; } .curve { stroke: #4493f8; } .mark { stroke: #f0883e; } .name { fill: #f0883e; }
  }`;

function draw({ title, points, marks }: LrFindPanel): string {
  const heading = `<text class="title" x="${LEFT}" y="24">${escape(title)}</text>`;
  const finite = points.filter(({ smoothedLoss }) => Number.isFinite(smoothedLoss));
  if (finite.length === 0) return `${heading}<text class="quiet" x="${LEFT}" y="48">no step has a loss</text>`;
  const rates = finite.map(({ learningRate }) => learningRate);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const smoothed = finite.map(({ smoothedLoss }) => smoothedLoss);
  const lowest = Math.min(...smoothed, ...finite.map(({ loss }) => loss));
  const ticks = niceTicks(lowest, Math.max(...smoothed));
  const [bottom, top] = [ticks[0]!, ticks.at(-1)!];
  const x = (rate: number): number =>
    LEFT + ((WIDTH - LEFT - RIGHT) * Math.log(rate / low)) / (Math.log(high / low) || 1);
  const y = (loss: number): number => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (loss - bottom)) / (top - bottom);
  const steps = finite.filter(({ loss }) => loss <= top);
  return [
    heading,
    ...ticks.map((tick) => horizontal(y(tick), formatParam(tick))),
    ...decades(low, high, 9).map((rate) => vertical(x(rate), formatParam(rate))),
    `<text class="quiet" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">learning rate</text>`,
    ...steps.map((step) => `<circle class="step" cx="${at(x(step.learningRate))}" cy="${at(y(step.loss))}" r="2"/>`),
    `<polyline class="curve" points="${finite.map((p) => `${at(x(p.learningRate))},${at(y(p.smoothedLoss))}`).join(' ')}"/>`,
    ...Object.entries(marks)
      .sort(([, a], [, b]) => a - b)
      .map(([name, rate], index) => mark(x(rate), `${name} ${formatParam(Number(rate.toPrecision(2)))}`, index)),
  ].join('\n');
}

const horizontal = (y: number, label: string): string =>
  `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y)}" y2="${at(y)}"/>` +
  `<text class="quiet" x="${LEFT - 8}" y="${at(y + 4)}" text-anchor="end">${label}</text>`;

const vertical = (x: number, label: string): string =>
  `<line class="grid" x1="${at(x)}" x2="${at(x)}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 5}"/>` +
  `<text class="quiet" x="${at(x)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${label}</text>`;

/** Names stand at heights of their own: suggestions are often close to one another. */
function mark(x: number, name: string, index: number): string {
  const y = TOP - 32 + 14 * index;
  const isRight = x > WIDTH - 160;
  return (
    `<line class="mark" x1="${at(x)}" x2="${at(x)}" y1="${y + 3}" y2="${HEIGHT - BOTTOM}"/>` +
    `<text class="name" x="${at(isRight ? x - 5 : x + 5)}" y="${y + 4}"${isRight ? ' text-anchor="end"' : ''}>${escape(name)}</text>`
  );
}

/** Four to eight round numbers, evenly apart, from at or below `low` to at or above `high`. */
function niceTicks(low: number, high: number): number[] {
  const span = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [5, 2, 1].map((factor) => factor * power).find((candidate) => candidate <= span / 4)!;
  const [first, last] = [Math.floor(low / step), Math.max(Math.ceil(high / step), Math.floor(low / step) + 1)];
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

const at = (value: number): string => String(Number(value.toFixed(1)));

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
