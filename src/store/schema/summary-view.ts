import { studentQuantile } from '../../core/numerics/student-t.js';
import { storedName, type ParameterColumn } from './parameter-columns.js';
import { quoteName } from './sql-text.js';

const OWN_COLUMNS = ['rank', 'sweep', 'trials', 'finished', 'confirmed', 'mean', 'spread', 'low', 'high', 'best_trial'];

/** 97.5 % quantiles of Student's t distribution for 1 to 30 degrees of freedom; beyond, the normal one is close. */
const T_QUANTILES = Array.from({ length: 30 }, (_, index) => studentQuantile(0.975, index + 1).toFixed(4));

/**
 * The SELECT of the view `summary`: one row for all trials that differ only in seed or fold, with the mean of their objectives,
 * the sample standard deviation, and the 95 % confidence interval of the mean. Where trials confirm a point, they alone count,
 * since the others had a part in choosing it, and the point ranks before those that none confirms.
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
  select case when score is not null then rank() over (partition by sweep order by confirmed > 0 desc, score)::integer end as rank,
    sweep, trials, finished, confirmed, mean, spread,
    mean - half as low, mean + half as high, best_trial
    ${names}
  from (
    select *, spread / sqrt(counted) * case when counted > 30 then 1.96 else ([${T_QUANTILES.join(', ')}])[counted - 1] end as half
    from (
      select sweep, trials, finished, confirmed, best_trial,
        case when confirmed > 0 then confirmed else finished end as counted,
        case when confirmed > 0 then confirmed_score else any_score end as score,
        case when confirmed > 0 then confirmed_mean else any_mean end as mean,
        case when confirmed > 0 then confirmed_spread else any_spread end as spread
        ${names}
      from (
        select s.name as sweep, count(*)::integer as trials, count(m.score)::integer as finished,
          count(m.score) filter (where m.confirms)::integer as confirmed,
          avg(m.score) as any_score, avg(m.score) filter (where m.confirms) as confirmed_score,
          avg(m.objective) filter (where m.score is not null) as any_mean,
          avg(m.objective) filter (where m.score is not null and m.confirms) as confirmed_mean,
          stddev_samp(m.objective) filter (where m.score is not null) as any_spread,
          stddev_samp(m.objective) filter (where m.score is not null and m.confirms) as confirmed_spread,
          arg_min(m.trial, (m.score, m.trial)) filter (where m.score is not null) as best_trial
          ${typed}
        from data.members m
        join data.sweeps s on s.id = m.sweep
        join data.trials t on t.id = m.trial
        where m.current
        group by all
      )
    )
  )`;
}

/** A parameter with the name of a fixed column gets the prefix `params.`, as in the other views. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name.toLowerCase()) ? freeName(`params.${name}`, taken) : name;
}
