import { InputError } from '../../core/errors.js';
import type { Reader } from '../../core/results/reader.js';
import { hasSweep, resolveSweep } from '../reading/queries/sweep-names.js';
import type { Writer } from '../recording/writer.js';

/** Gives a sweep another name. @throws {InputError} UNKNOWN_SWEEP, NO_SWEEPS, SWEEP_EXISTS */
export async function renameSweep(
  { writer, reader }: { readonly writer: Writer; readonly reader: Reader },
  sweep: string,
  name: string,
): Promise<void> {
  await resolveSweep(reader, sweep);
  if (await hasSweep(reader, name)) {
    throw new InputError('SWEEP_EXISTS', `the database already has a sweep "${name}"`, {
      hint: 'Choose another name, or delete that sweep first: sweep delete.',
    });
  }
  await writer.transaction((tx) =>
    tx.execute('update data.sweeps set name = $2::varchar where name = $1::varchar', [sweep, name]),
  );
}
