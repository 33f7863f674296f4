// Draws the content of a terminal as an SVG, for the README:
//   tmux capture-pane -p -e -t demo | node scripts/terminal-picture.mjs > docs/live.svg
import { readFileSync } from 'node:fs';

const CELL = { width: 8.4, height: 18 };
const COLOURS = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  37: '#e6edf3',
};
const PLAIN = { fill: '#e6edf3', bold: false, dim: false };

const lines = readFileSync(0, 'utf8').replace(/\s+$/, '').split('\n');
const columns = Math.max(...lines.map((line) => [...stripped(line)].length));
const width = Math.ceil((columns + 4) * CELL.width);
const height = (lines.length + 2) * CELL.height;

let style = PLAIN;
const rows = lines.map((line, row) => {
  let column = 0;
  const spans = [];
  for (const [part, codes] of line.matchAll(/\u001b\[([\d;]*)m|[^\u001b]+/g)) {
    if (codes !== undefined) style = codes.split(';').reduce(restyle, style);
    else {
      spans.push(span(part, column, row));
      column += [...part].length;
    }
  }
  return spans.join('');
});

process.stdout
  .write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.filter(Boolean).join('\n')}
</svg>
`);

function span(text, column, row) {
  if (text.trim() === '') return '';
  const weight = style.bold ? ' font-weight="bold"' : '';
  const opacity = style.dim ? ' opacity="0.55"' : '';
  const length = ([...text].length * CELL.width).toFixed(1);
  const [x, y] = [((column + 2) * CELL.width).toFixed(1), (row + 1.75) * CELL.height];
  return `<text x="${x}" y="${y}" textLength="${length}" xml:space="preserve" fill="${style.fill}"${weight}${opacity}>${escaped(text)}</text>`;
}

function restyle(current, code) {
  const number = Number(code || 0);
  if (number === 0) return PLAIN;
  if (number === 1) return { ...current, bold: true };
  if (number === 2) return { ...current, dim: true };
  if (number === 22) return { ...current, bold: false, dim: false };
  if (number === 39) return { ...current, fill: PLAIN.fill };
  return { ...current, fill: COLOURS[number] ?? current.fill };
}

function stripped(text) {
  return text.replace(/\u001b\[[\d;]*m/g, '');
}

function escaped(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
