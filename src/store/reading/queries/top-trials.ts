import type { TopTrials } from '../../../core/results/leaderboard.js';
import { type Reader, readRows } from '../../../core/results/reader.js';
import type { Params } from '../../../core/parameters.js';
import { cellNumber, cellText, cellTexts } from '../../../core/results/query-result.js';
import { shownState } from '../../schema/shown-state.js';
import { quoteName } from '../../schema/sql-text.js';

/** Roughly how many trials are read to see which parameters differ; reading a million would take too long. */
const SAMPLE = 5_000;

const OWN = 'own as not materialized (from data.ranked where sweep = $1::integer)';

/**
 * The first `count` rows of the view `leaderboard` for a sweep; of trials without a rank only running, interrupted and paused
 * ones. Sorts only the narrow table of members: a million trials take milliseconds, the view takes tenths of a second.
 */
export async function topTrials(reader: Reader, sweep: string, count: number): Promise<TopTrials> {
  const { id, members, parameters } = await outline(reader, sweep);
  const columns = ['seed', ...parameters.map(({ publicName }) => columnOf(publicName))];
  const [rows, [seedVaries = false, ...varies]] = await Promise.all([
    readRows(reader, SELECT_HEAD, [id, count]),
    varying(reader, { id, members }, columns),
  ]);
  const trials = rows.map(([rank, trial, state, objective, bestEpoch, seconds, seed, json, note, tags]) => {
    const params = JSON.parse(cellText(json)) as Params;
    return {
      rank: cellNumber(rank),
      trial: Number(trial),
      state: cellText(state),
      objective: cellNumber(objective),
      bestEpoch: cellNumber(bestEpoch),
      seconds: cellNumber(seconds),
      seed: Number(seed),
      params: Object.fromEntries(parameters.map(({ name, publicName }) => [publicName, params[name] ?? null])),
      note: note == null ? undefined : cellText(note),
      tags: cellTexts(tags),
    };
  });
  const names = parameters.map(({ publicName }) => publicName);
  const differs = (name: string): boolean => new Set(trials.map(({ params }) => JSON.stringify(params[name]))).size > 1;
  return {
    trials,
    varying: names.filter((name, index) => varies[index] === true || differs(name)),
    seedVaries: seedVaries || new Set(trials.map(({ seed }) => seed)).size > 1,
  };
}

const SELECT_HEAD = `
  with ${OWN},
  ranked as (
    select trial, position, score, objective, best_epoch from own where score is not null
    order by score, position, trial limit $2::integer
  ),
  others as (
    select trial, position, score, objective, best_epoch from own
    where trial in (select id from data.trials where status in ('running', 'paused')) order by position, trial limit $2::integer
  ),
  head as (from ranked union all from others)
  select case when h.score is not null then rank() over (order by h.score) end, t.id, ${shownState('t')}, h.objective,
    h.best_epoch, t.seconds, t.seed, t.params, t.note, t.tags
  from head h join data.trials t on t.id = h.trial
  order by h.score, h.position, t.id
  limit $2::integer`;

interface Outline {
  readonly id: number;
  /** Number of begun trials that the sweep declares now. */
  readonly members: number;
  readonly parameters: readonly { readonly name: string; readonly publicName: string }[];
}

async function outline(reader: Reader, sweep: string): Promise<Outline> {
  const rows = await readRows(
    reader,
    `select s.id, (select count(*) from data.members m where m.current and m.sweep = s.id), p.name, p.public_name
     from data.sweeps s left join data.parameters p on true
     where s.name = $1 order by p.ordinal`,
    [sweep],
  );
  const [id, members] = rows[0] ?? [];
  const parameters = rows.flatMap(([, , name, publicName]) =>
    name == null ? [] : [{ name: cellText(name), publicName: cellText(publicName) }],
  );
  return { id: Number(id), members: Number(members), parameters };
}

const columnOf = (publicName: string): string => `t.${quoteName(`params.${publicName}`)}`;

async function varying(
  reader: Reader,
  { id, members }: Pick<Outline, 'id' | 'members'>,
  columns: readonly string[],
): Promise<boolean[]> {
  const oneIn = Math.max(1, Math.floor(members / SAMPLE));
  const differ = columns.map(
    (column) => `min(${column}) is distinct from max(${column}) or count(${column}) between 1 and count(*) - 1`,
  );
  const [row] = await readRows(
    reader,
    `with ${OWN}
     select ${differ.join(', ')} from data.trials t
     where id in (select trial from own where hash(trial) % $2::ubigint = 0)`,
    [id, oneIn],
  );
  return (row ?? []).map((differs) => differs === true);
}
