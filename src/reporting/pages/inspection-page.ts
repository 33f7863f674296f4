import type { ComponentChildren } from 'preact';
import { h } from 'preact';
import type { Advice, Inspection } from '../../core/reports/dataset-inspection.js';
import { sizeHistogram } from '../charts/size-histogram.js';
import { formatCount, formatCounted, formatParam } from '../../core/format.js';
import { enlargedImages, imageFacts } from '../inspection-facts.js';
import { classCards, duplicateCards, type Pictures } from './inspection-pictures.js';
import { andMore, dim, factTable, figures, renderPage, section } from './page.js';

/** Corrupt files that are listed; the others are counted. */
const MAX_CORRUPT = 50;

/**
 * A dataset's inspection as one HTML page with pictures, which loads nothing. `pictures`: thumbnails as data URIs, by index of the
 * image; `picturesOnPage` says which ones the page has room for.
 */
export function inspectionPage(inspection: Inspection, advice: readonly Advice[], pictures: Pictures): string {
  const { path, images, classes, imbalance, duplicates, corrupt, odd } = inspection;
  const acrossParts = duplicates.filter(({ straddle }) => straddle).length;
  return renderPage(
    path,
    h('h1', null, path.split(/[\\/]/).at(-1)),
    h('p', { class: 'dim' }, path),
    figures([
      ['images', formatCount(images)],
      ['classes', formatCount(classes.length)],
      ['largest : smallest class', `${imbalance.toFixed(1)} : 1`],
      ['duplicate groups', formatCount(duplicates.length)],
      ['of them in training and validation', formatCount(acrossParts)],
      ['corrupt files', formatCount(corrupt.length)],
    ]),
    section('Advice', adviceTable(advice)),
    section('Classes', classCards(inspection, pictures)),
    h('h2', null, 'Images'),
    h(
      'div',
      { class: 'columns' },
      h(
        'div',
        { class: 'card' },
        h('p', { class: 'dim' }, 'Images by shorter side, px'),
        sizeHistogram(inspection.sizes),
      ),
      h(
        'div',
        { class: 'card' },
        factTable([...imageFacts(inspection).filter(([name]) => name !== 'enlarged'), ...enlargedRows(inspection)]),
      ),
    ),
    duplicateCards(duplicates, pictures),
    corrupt.length > 0 &&
      section(
        'Corrupt files',
        factTable(corrupt.slice(0, MAX_CORRUPT).map(({ name, reason }) => [name, reason])),
        andMore(corrupt.length - MAX_CORRUPT),
      ),
    odd.length > 0 &&
      section(
        'Unusual images',
        factTable(
          odd.map(({ kind, count, examples }) => [
            kind,
            [`${formatCounted(count, 'image')} `, dim(examples.join(', '))],
          ]),
        ),
      ),
  );
}

function enlargedRows({ tooSmall }: Inspection): [string, ComponentChildren][] {
  return enlargedImages(tooSmall).map((group) => {
    const sizes = [...new Set([group[0], group.at(-1)!].map(({ resolution }) => resolution))];
    const backbones = group.flatMap((one) => one.backbones);
    return [
      `below ${sizes.join(' to ')} px`,
      [`${formatCount(group[0].count)} `, dim(`enlarged for ${backbones.join(', ')}`)],
    ];
  });
}

const adviceTable = (advice: readonly Advice[]): ComponentChildren =>
  h(
    'table',
    { class: 'advice' },
    advice.map(({ name, values, reason }) =>
      h('tr', null, h('td', null, h('b', null, name), values.flatMap(valueText)), h('td', null, reason)),
    ),
  );

const valueText = (value: Advice['values'][number]): ComponentChildren[] => [' ', h('code', null, formatParam(value))];
