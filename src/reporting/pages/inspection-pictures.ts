import type { ComponentChildren } from 'preact';
import { h } from 'preact';
import type { ClassFacts, Duplicates, Inspection } from '../../core/reports/dataset-inspection.js';
import { formatCount, formatCounted } from '../../core/format.js';
import { byUrgency, problemsOf } from '../inspection-facts.js';
import { andMore, dim } from './page.js';

/** Thumbnails as data URIs, by index of the image. */
export type Pictures = ReadonlyMap<number, string>;

/** Classes and groups with pictures; the others are counted, so that a page has a few megabytes at most. */
const MAX_CLASSES = 60;
const MAX_GROUPS = 36;
const MAX_IN_GROUP = 4;

/** The images that the page shows, and how many pixels their longer side needs on a dense screen. */
export function picturesOnPage({ classes, duplicates }: Inspection): ReadonlyMap<number, number> {
  const samples = largestFirst(classes).flatMap(({ samples }) => samples);
  const copies = byUrgency(duplicates)
    .slice(0, MAX_GROUPS)
    .flatMap(({ images }) => images.slice(0, MAX_IN_GROUP));
  return new Map([
    ...samples.map((index) => [index, 88] as const),
    ...copies.map(({ index }) => [index, 184] as const),
  ]);
}

const largestFirst = (classes: readonly ClassFacts[]): ClassFacts[] =>
  [...classes].sort((a, b) => b.train + b.validation - (a.train + a.validation)).slice(0, MAX_CLASSES);

/** A row for each class: its counts, their share of the largest class, and some of its images. */
export function classCards({ classes, comesSplit }: Inspection, pictures: Pictures): ComponentChildren {
  const most = Math.max(...classes.map(({ train, validation }) => train + validation));
  const bar = (count: number): ComponentChildren => h('i', { style: `width:${((100 * count) / most).toFixed(2)}%` });
  return [
    h(
      'p',
      { class: 'dim' },
      h('span', { class: 'key' }, 'train'),
      h('span', { class: 'key held' }, comesSplit ? 'validation' : 'validation, with seed 0'),
    ),
    largestFirst(classes).map(({ name, train, validation, samples }) =>
      h(
        'div',
        { class: 'class' },
        h('div', null, name, h('br', null), dim(`${formatCount(train)} + ${formatCount(validation)}`)),
        h('div', { class: 'bar' }, bar(train), bar(validation)),
        h(
          'div',
          { class: 'strip' },
          samples.map((index) => picture(pictures, index, name)),
        ),
      ),
    ),
    andMore(classes.length - MAX_CLASSES),
  ];
}

/** A card for each group of duplicates, the most urgent first. */
export function duplicateCards(duplicates: readonly Duplicates[], pictures: Pictures): ComponentChildren {
  if (duplicates.length === 0) return undefined;
  return [
    h('h2', null, 'Duplicates'),
    h(
      'div',
      { class: 'groups' },
      byUrgency(duplicates)
        .slice(0, MAX_GROUPS)
        .map((group) => duplicateCard(group, pictures)),
    ),
    andMore(duplicates.length - MAX_GROUPS),
  ];
}

function duplicateCard(group: Duplicates, pictures: Pictures): ComponentChildren {
  const { kind, images } = group;
  const title = `${kind === 'exact' ? 'Same file' : 'Nearly the same'}, ${formatCounted(images.length, 'image')} `;
  const figures = images
    .slice(0, MAX_IN_GROUP)
    .map(({ index, name, label, part }) =>
      h(
        'figure',
        null,
        picture(pictures, index, name),
        h('figcaption', null, name, h('br', null), `${label}, ${part}`),
      ),
    );
  return h(
    'div',
    { class: 'card' },
    h('p', null, title, h('span', { class: 'warn' }, problemsOf(group))),
    h('div', { class: 'group' }, figures),
    andMore(images.length - MAX_IN_GROUP),
  );
}

function picture(pictures: Pictures, index: number, alt: string): ComponentChildren {
  const uri = pictures.get(index);
  return uri === undefined ? undefined : h('img', { src: uri, alt });
}
