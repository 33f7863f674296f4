export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Text at the end of the bar. Default: the value. */
  readonly text?: string;
  /** Drawn in the accent colour. */
  readonly ours: boolean;
}

export interface BarChart {
  readonly title: string;
  /** Unit of the values, and whether more is better: `images/s, more is better`. */
  readonly unit: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
const [LABELS, VALUES] = [250, 110];
const [TOP, ROW, BAR, BOTTOM] = [58, 26, 16, 12];

/** Draws horizontal bars as a standalone SVG that follows the reader's light or dark mode. */
export function barChart({ title, unit, bars }: BarChart): string {
  const height = TOP + ROW * bars.length + BOTTOM;
  const longest = Math.max(...bars.map(({ value }) => value));
  const scale = (WIDTH - LABELS - VALUES) / (longest > 0 ? longest : 1);
  const rows = bars.map(({ label, value, text = String(value), ours }, index) => {
    const y = TOP + ROW * index;
    const width = Math.max(1, value * scale);
    const middle = y + BAR / 2 + 4;
    return [
      `<text class="label" x="${LABELS - 10}" y="${middle}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${ours ? 'ours' : 'other'}" x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`,
      `<text class="value" x="${(LABELS + width + 8).toFixed(1)}" y="${middle}">${escaped(text)}</text>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="16" y="24">${escaped(title)}</text>`,
    `<text class="unit" x="16" y="43">${escaped(unit)}</text>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = `
text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-size: 15px; font-weight: 600 }
.unit, .value { fill: #59636e }
.ours { fill: #1a7f37 }
.other { fill: #afb8c1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .unit, .value { fill: #9198a1 }
  .ours { fill: #3fb950 }
  .other { fill: #57606a }
}
`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
