import { storedName, type ParameterColumn } from './parameter-columns.js';
import { quoteName } from './sql-text.js';

const OWN_COLUMNS = ['rank', 'sweep', 'trials', 'finished', 'mean', 'spread', 'best_trial'];

/**
 * The SELECT of the view `summary`: one row for all trials that differ only in seed or fold, with the mean of their objectives
 * and the sample standard deviation.
 */
export function summaryView(parameters: readonly ParameterColumn[]): string {
  const taken = new Set(OWN_COLUMNS);
  const columns = parameters
    .filter(({ name }) => name !== 'fold')
    .map((column) => {
      const name = freeName(column.publicName, taken);
      taken.add(name.toLowerCase());
      return { stored: `t.${storedName(column)}`, name: quoteName(name) };
    });
  const typed = columns.map(({ stored, name }) => `, ${stored} as ${name}`).join('');
  const names = columns.map(({ name }) => `, ${name}`).join('');
  return `
  select case when score is not null then rank() over (partition by sweep order by score)::integer end as rank,
    sweep, trials, finished, mean, spread, best_trial
    ${names}
  from (
    select s.name as sweep, count(*)::integer as trials, count(m.score)::integer as finished, avg(m.score) as score,
      avg(m.objective) filter (where m.score is not null) as mean,
      stddev_samp(m.objective) filter (where m.score is not null) as spread,
      arg_min(m.trial, (m.score, m.trial)) filter (where m.score is not null) as best_trial
      ${typed}
    from data.members m
    join data.sweeps s on s.id = m.sweep
    join data.trials t on t.id = m.trial
    where m.current
    group by all
  )`;
}

/** A parameter with the name of a fixed column gets the prefix `params.`, as in the other views. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name.toLowerCase()) ? freeName(`params.${name}`, taken) : name;
}
