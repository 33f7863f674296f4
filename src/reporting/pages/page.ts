import type { ComponentChildren } from 'preact';
import { h } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { printableLines } from '../../core/printable.js';
import { PAGE_STYLE } from './page-style.js';

/**
 * An HTML document that is one file: its style is inside, and it loads nothing. Text is escaped by the renderer; control characters, which
 * HTML does not allow, become `�`.
 */
export function renderPage(title: string, ...content: ComponentChildren[]): string {
  const head = h(
    'head',
    null,
    h('meta', { charset: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('title', null, title),
    h('style', { dangerouslySetInnerHTML: { __html: PAGE_STYLE } }),
  );
  const page = h('html', { lang: 'en' }, head, h('body', null, h('main', null, ...content)));
  return `<!doctype html>\n${printableLines(renderToStaticMarkup(page))}\n`;
}

/** A heading with a card below it. */
export const section = (title: string, ...content: ComponentChildren[]): ComponentChildren => [
  h('h2', null, title),
  h('div', { class: 'card' }, ...content),
];

/** A table of two columns: names and what there is to say of them. */
export const factTable = (rows: readonly (readonly [name: string, content: ComponentChildren])[]): ComponentChildren =>
  h(
    'table',
    null,
    rows.map(([name, content]) => h('tr', null, h('th', null, name), h('td', null, content))),
  );

/** Large figures in a row, each with its name below. */
export const figures = (facts: readonly (readonly [name: string, value: string])[]): ComponentChildren =>
  h(
    'div',
    { class: 'facts' },
    facts.map(([name, value]) => h('div', { class: 'card' }, h('b', null, value), dim(name))),
  );

export const dim = (...content: ComponentChildren[]): ComponentChildren => h('span', { class: 'dim' }, ...content);

/** `and 12 more`, where a list was cut. */
export const andMore = (count: number): ComponentChildren =>
  count > 0 ? h('p', { class: 'dim' }, `and ${count.toLocaleString('en-US')} more`) : undefined;
