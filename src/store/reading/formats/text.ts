import type { Cell, Shape } from '../query-result.js';

/**
 * A cell as JSON text. Numbers keep every digit that DuckDB has, BIGINT and DECIMAL too, even where a reader that knows only
 * doubles will round them; `NaN` and the infinities, which JSON has no numbers for, stay text.
 */
export function cellJson(cell: Cell, shape: Shape): string {
  if (cell === null) return 'null';
  // Line breaks of a document stand between its tokens, never in them.
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

/** A cell as people read it: text as it is, lists and structs as JSON; `undefined` for NULL. */
export function cellText(cell: Cell, shape: Shape): string | undefined {
  if (cell === null) return undefined;
  return typeof cell === 'object' ? cellJson(cell, shape) : String(cell);
}

const isList = (cell: Cell): cell is readonly Cell[] => Array.isArray(cell);
