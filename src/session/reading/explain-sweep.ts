import type { Explanation } from '../../core/reports/explanation.js';
import type { Params } from '../../core/parameters.js';
import { cellNumber, cellText } from '../../core/results/query-result.js';
import { readRows } from '../../core/results/reader.js';
import { explain, type ExplainedTrial } from '../../search/importance/explain.js';
import { knownSweep } from '../../store/reading/find-sweep.js';
import { resolveSweep } from '../../store/reading/queries/sweep-names.js';
import { parseSweep } from '../../sweep/parse.js';
import { imageClassifier } from '../../trainer/manifest.js';
import { withReader } from './with-reader.js';

/**
 * Which parameters of a sweep mattered, how, and at what cost, by the trials that it declares now; also while it runs.
 *
 * @param name - default: the sweep that ran last
 * @throws {InputError} NO_DATABASE, UNKNOWN_SWEEP, NO_SWEEPS
 */
export const explainSweep = (db: string, name: string | undefined): Promise<Explanation> =>
  withReader(db, async (reader) => {
    const sweep = await resolveSweep(reader, name);
    const stored = (await knownSweep(reader, sweep))!;
    const source = { file: stored.definitionPath, text: stored.definition };
    const { axes, objective, seed } = parseSweep(source, { manifest: imageClassifier });
    const rows = await readRows(reader, SELECT_TRIALS, [sweep]);
    const trials = rows.map(([params, state, value, seconds]): ExplainedTrial => {
      const isFinished = state === 'completed' || state === 'stopped';
      return {
        params: JSON.parse(cellText(params)) as Params,
        failed: state === 'failed',
        objective: isFinished ? cellNumber(value) : undefined,
        seconds: cellNumber(seconds) ?? 0,
      };
    });
    return { sweep, objective, ...explain(trials, { axes, objective, seed }) };
  });

const SELECT_TRIALS = `
  select params::varchar, state, objective, seconds from trials where sweep = $1 and current order by position, trial`;
