import type { Cell, Shape } from './query-result.js';

/**
 * A cell as JSON text. Numbers keep all their digits, BIGINT and DECIMAL included, though a JSON parser that uses doubles
 * rounds them. `NaN` and the infinities stay text, because JSON has no numbers for them.
 */
export function cellJson(cell: Cell, shape: Shape): string {
  if (cell === null) return 'null';
  // In a JSON document a raw line break can only stand between tokens, so a space can replace it.
  if ((shape === 'digits' || shape === 'json') && typeof cell === 'string') return cell.replaceAll(/[\r\n]/g, ' ');
  if (typeof shape === 'object') {
    if ('list' in shape && isList(cell)) return `[${cell.map((item) => cellJson(item, shape.list)).join(',')}]`;
    if ('fields' in shape && typeof cell === 'object' && !isList(cell)) {
      const fields = shape.fields.map(
        ({ name, shape: inner }) => `${JSON.stringify(name)}:${cellJson(cell[name] ?? null, inner)}`,
      );
      return `{${fields.join(',')}}`;
    }
  }
  return JSON.stringify(cell);
}

/** A cell for people: plain text, with lists and structs as JSON; `undefined` for NULL. */
export function formatCell(cell: Cell, shape: Shape): string | undefined {
  if (cell === null) return undefined;
  return typeof cell === 'object' ? cellJson(cell, shape) : String(cell);
}

const isList = (cell: Cell): cell is readonly Cell[] => Array.isArray(cell);
