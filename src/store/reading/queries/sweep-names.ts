import { type Reader, readRows } from '../../../core/results/reader.js';
import { InputError } from '../../../core/errors.js';
import { cellText } from '../../../core/results/query-result.js';

/** Names of all sweeps, the one that ran last first. */
async function sweepNames(reader: Reader): Promise<string[]> {
  const rows = await readRows(reader, 'select name from data.sweeps order by opened_at desc, id desc');
  return rows.map(([name]) => cellText(name));
}

/** Whether the database has a sweep with this name. */
export const hasSweep = async (reader: Reader, name: string): Promise<boolean> =>
  (await readRows(reader, 'select 1 from data.sweeps where name = $1', [name])).length > 0;

/** The name of an existing sweep: `name` if given, otherwise the sweep that ran last. @throws {InputError} UNKNOWN_SWEEP, NO_SWEEPS */
export async function resolveSweep(reader: Reader, name: string | undefined): Promise<string> {
  const names = await sweepNames(reader);
  const [latest] = names;
  if (latest === undefined) {
    throw new InputError('NO_SWEEPS', 'the database holds no sweep yet', {
      hint: 'Start one, for example: sweep run sweeps/quickstart.yaml',
    });
  }
  if (name === undefined) return latest;
  if (names.includes(name)) return name;
  const shown = names.slice(0, 10).join(', ');
  throw new InputError('UNKNOWN_SWEEP', `there is no sweep "${name}" in the database`, {
    hint: `It has: ${shown}${names.length > 10 ? ` and ${names.length - 10} more` : ''}.`,
  });
}
