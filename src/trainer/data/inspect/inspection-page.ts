import type { ImageSource } from '../datasets/image-source.js';
import type { Advice } from './advice.js';
import { escapeHtml } from './html.js';
import type { Inspected } from './inspect-dataset.js';
import type { ClassFacts, Duplicates, Inspection, Quantiles, TooSmall } from './inspection.js';
import { PAGE_STYLE } from './page-style.js';
import { sizeHistogram } from './size-histogram.js';
import { thumbnail } from './thumbnail.js';

/** Classes and groups with pictures; the rest is counted, so that a page stays a few megabytes. */
const MAX_CLASSES = 60;
const MAX_GROUPS = 36;
const MAX_IN_GROUP = 4;
const MAX_ROWS = 50;

/** What a look at a dataset told as one HTML page with pictures, which loads nothing from elsewhere. */
export async function inspectionPage({ inspection, source }: Inspected, advice: readonly Advice[]): Promise<string> {
  const { path, images, classes, imbalance, duplicates, corrupt } = inspection;
  const straddling = duplicates.filter(({ straddle }) => straddle).length;
  const facts: [string, string][] = [
    ['images', images.toLocaleString('en-US')],
    ['classes', String(classes.length)],
    ['largest : smallest', `${imbalance.toFixed(1)} : 1`],
    ['duplicate groups', `${duplicates.length}`],
    ['train and validate', `${straddling}`],
    ['corrupt', String(corrupt.length)],
  ];
  const body = [
    `<h1>${escapeHtml(path.split(/[\\/]/).at(-1)!)}</h1><p class="dim">${escapeHtml(path)}</p>`,
    `<div class="facts">${facts.map(([name, value]) => `<div class="card"><b>${value}</b><span class="dim">${name}</span></div>`).join('')}</div>`,
    section('Advice', adviceTable(advice)),
    section('Classes', await classRows(inspection, source)),
    `<h2>Images</h2><div class="columns"><div class="card"><p class="dim">Images by shorter side, px</p>${sizeHistogram(inspection.sizes)}</div><div class="card">${table(imageFacts(inspection))}</div></div>`,
    ...(duplicates.length > 0 ? [await duplicateCards(duplicates, source)] : []),
    ...(corrupt.length > 0
      ? [
          section(
            'Corrupt',
            table(corrupt.slice(0, MAX_ROWS).map(({ name, reason }) => [name, escapeHtml(reason)])) +
              more(corrupt.length - MAX_ROWS),
          ),
        ]
      : []),
    ...(inspection.odd.length > 0
      ? [
          section(
            'Odd',
            table(
              inspection.odd.map(({ kind, count, examples }) => [
                kind,
                `${count} <span class="dim">${escapeHtml(examples.join(', '))}</span>`,
              ]),
            ),
          ),
        ]
      : []),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(path)}</title><style>${PAGE_STYLE}</style></head>
<body><main>
${body.join('\n')}
</main></body></html>
`;
}

const section = (title: string, content: string): string => `<h2>${title}</h2><div class="card">${content}</div>`;

const more = (count: number): string => (count > 0 ? `<p class="dim">and ${count} more</p>` : '');

/** The values are HTML already. */
const table = (rows: readonly (readonly [name: string, html: string])[]): string =>
  `<table>${rows.map(([name, html]) => `<tr><th>${escapeHtml(name)}</th><td>${html}</td></tr>`).join('')}</table>`;

function adviceTable(advice: readonly Advice[]): string {
  const rows = advice.map(({ name, values, reason }) => {
    const shown = values
      .map((value) => `<code>${escapeHtml(typeof value === 'string' ? value : JSON.stringify(value))}</code>`)
      .join(' ');
    return `<tr><td><b>${name}</b> ${shown}</td><td>${escapeHtml(reason)}</td></tr>`;
  });
  return `<table class="advice">${rows.join('')}</table>`;
}

async function classRows({ classes, comesSplit }: Inspection, source: ImageSource): Promise<string> {
  const sorted = [...classes].sort((a, b) => b.train + b.validation - (a.train + a.validation));
  const most = Math.max(...classes.map(({ train, validation }) => train + validation));
  const rows: string[] = [];
  for (const { name, train, validation, samples } of sorted.slice(0, MAX_CLASSES)) {
    const pictures = await picturesOf(samples, name, source);
    const bar = [train, validation]
      .map((count) => `<i style="width:${((100 * count) / most).toFixed(2)}%"></i>`)
      .join('');
    rows.push(
      `<div class="class"><div>${escapeHtml(name)}<br><span class="dim">${train} + ${validation}</span></div><div class="bar">${bar}</div><div class="strip">${pictures}</div></div>`,
    );
  }
  const held = comesSplit ? 'validation' : 'validation, with seed 0';
  const key = `<p class="dim"><span class="key">train</span><span class="key held">${held}</span></p>`;
  return `${key}${rows.join('')}${more(classes.length - MAX_CLASSES)}`;
}

async function picturesOf(samples: ClassFacts['samples'], name: string, source: ImageSource): Promise<string> {
  const uris = await Promise.all(samples.map(async (index) => thumbnail(await source.original(index), 88)));
  return uris.map((uri) => `<img src="${uri}" alt="${escapeHtml(name)}">`).join('');
}

function imageFacts({ widths, heights, aspects, channels, tooSmall }: Inspection): [string, string][] {
  const range = ({ least, median, most }: Quantiles, digits = 0): string =>
    least === most
      ? least.toFixed(digits)
      : `${least.toFixed(digits)} to ${most.toFixed(digits)}, median ${median.toFixed(digits)}`;
  const enlarged = tooSmall.filter(({ count }) => count > 0);
  return [
    ['width', `${range(widths)} px`],
    ['height', `${range(heights)} px`],
    ['width : height', range(aspects, 2)],
    ['mean RGB', channels.mean.map((value) => value.toFixed(3)).join(' &nbsp; ')],
    ['deviation', channels.deviation.map((value) => value.toFixed(3)).join(' &nbsp; ')],
    ...byCount(enlarged).map((group): [string, string] => [
      `below ${[...new Set([group[0]!, group.at(-1)!].map(({ resolution }) => resolution))].join(' to ')} px`,
      `${group[0]!.count} <span class="dim">enlarged for ${group.flatMap(({ backbones }) => backbones).join(', ')}</span>`,
    ]),
  ];
}

/** Resolutions in a row below which the same images are. */
function byCount(enlarged: readonly TooSmall[]): TooSmall[][] {
  const groups: TooSmall[][] = [];
  for (const one of enlarged) {
    const last = groups.at(-1);
    if (last?.[0]?.count === one.count) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

async function duplicateCards(duplicates: readonly Duplicates[], source: ImageSource): Promise<string> {
  const weight = ({ straddle, disagree }: Duplicates): number => Number(straddle) + 2 * Number(disagree);
  const worst = [...duplicates].sort((a, b) => weight(b) - weight(a)).slice(0, MAX_GROUPS);
  const cards = await Promise.all(
    worst.map(async ({ kind, images, straddle, disagree }) => {
      const figures = await Promise.all(
        images.slice(0, MAX_IN_GROUP).map(async ({ index, name, label, part }) => {
          const uri = await thumbnail(await source.original(index), 184);
          return `<figure><img src="${uri}" alt="${escapeHtml(name)}"><figcaption>${escapeHtml(name)}<br>${escapeHtml(label)}, ${part}</figcaption></figure>`;
        }),
      );
      const marks = [straddle && 'trains and validates', disagree && 'different classes'].filter(Boolean).join(', ');
      const title = `${kind === 'exact' ? 'Same file' : 'Nearly the same'}, ${images.length} images`;
      return `<div class="card"><p>${title}${marks === '' ? '' : ` <span class="warn">${marks}</span>`}</p><div class="group">${figures.join('')}</div>${more(images.length - MAX_IN_GROUP)}</div>`;
    }),
  );
  return `<h2>Duplicates</h2><div class="groups">${cards.join('')}</div>${more(duplicates.length - MAX_GROUPS)}`;
}
