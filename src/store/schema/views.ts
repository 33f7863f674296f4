import { storedName, type ParameterColumn } from './parameter-columns.js';
import { IS_HELD, IS_HELD_VIEW, shownState } from './shown-state.js';
import { quoteName } from './sql-text.js';
import { summaryView } from './summary-view.js';

/** The views that are the public interface of a database; docs/views.md describes each column. */
export const PUBLIC_VIEWS = [
  ...['leaderboard', 'summary', 'trials', 'curves', 'class_metrics', 'confusion', 'checkpoints', 'failures', 'sweeps'],
  ...['attempts', 'lr_finds', 'lr_curves'],
] as const;

/**
 * The statements that create or replace all views, for these parameters. Four views are internal: `data.history` has the
 * epochs that are not superseded, `data.declarations` each sweep's latest revision, `data.ranked` the members that the
 * leaderboard shows, `data.is_held` see shown-state.ts.
 */
export function viewStatements(parameters: readonly ParameterColumn[]): string[] {
  const typed = parameters.map((column) => `, t.${storedName(column)} as ${quoteName(column.publicName)}`).join('');
  const annotations = annotationColumns(parameters);
  const views: Readonly<Record<(typeof PUBLIC_VIEWS)[number] | InternalView, string>> = {
    'data.is_held': IS_HELD_VIEW,
    'data.history': HISTORY,
    'data.declarations': DECLARATIONS,
    'data.ranked': RANKED,
    leaderboard: leaderboard(annotations + typed),
    summary: summaryView(parameters),
    trials: trials(annotations + typed),
    curves: CURVES,
    class_metrics: CLASS_METRICS,
    confusion: CONFUSION,
    checkpoints: CHECKPOINTS,
    failures: FAILURES,
    sweeps: SWEEPS,
    attempts: ATTEMPTS,
    lr_finds: LR_FINDS,
    lr_curves: LR_CURVES,
  };
  return Object.entries(views).map(([name, select]) => `create or replace view ${name} as ${select}`);
}

/** A parameter of an older database may have the name of a newer column, and keeps it. */
const annotationColumns = (parameters: readonly ParameterColumn[]): string =>
  ['note', 'tags']
    .filter((name) => !parameters.some(({ publicName }) => publicName.toLowerCase() === name))
    .map((name) => `, t.${name}`)
    .join('');

type InternalView = 'data.is_held' | 'data.history' | 'data.declarations' | 'data.ranked';

const HISTORY = 'from data.epochs where not superseded';

const DECLARATIONS = `
  from data.revisions r
  where r.revision = (select max(revision) from data.revisions where sweep = r.sweep)`;

// Members that the sweep declares, and earlier results until the trials that supersede them have one of their own.
const RANKED = `
  from data.members where current
  union all
  from data.members m
  where m.stands_in_for is not null and exists (
    from data.members n
    where n.trial in (select stands_in_for from data.members where stands_in_for is not null)
      and n.sweep = m.sweep and n.trial = m.stands_in_for and n.current and n.score is null
  )`;

// The public name of `data.trials.status` is `state`.
//
// The rank is computed on the narrow table of members, before the wide rows are joined: for a million trials this takes half
// the time of ranking the joined rows by sweep name.
const leaderboard = (parameters: string): string => `
  select m.rank, s.name as sweep, t.id as trial, t.key as trial_key, ${shownState('t')} as state, m.objective,
    m.best_epoch, t.seconds, t.seed
    ${parameters}
  from (
    select m.sweep, m.trial, m.objective, m.best_epoch,
      case when m.score is not null then rank() over (partition by m.sweep order by m.score)::integer end as rank
    from data.ranked m
  ) m
  join data.sweeps s on s.id = m.sweep
  join data.trials t on t.id = m.trial`;

const trials = (parameters: string): string => `
  select s.name as sweep, t.id as trial, t.key as trial_key, ${shownState('t')} as state, m.current, m.position,
    m.origin as proposed_as, t.attempt, t.failures,
    t.device, t.started_at, t.ended_at, t.seconds, m.objective, m.best_epoch, t.seed, t.params::json as params
    ${parameters}
  from data.members m
  join data.sweeps s on s.id = m.sweep
  join data.trials t on t.id = m.trial`;

const CURVES = `
  select s.name as sweep, e.trial, t.key as trial_key, e.epoch, e.metric, e.value, e.recorded_at
  from data.history e
  join data.members m on m.trial = e.trial
  join data.sweeps s on s.id = m.sweep
  join data.trials t on t.id = e.trial`;

// A division by zero gives 0, as in the trainer's metrics.
const CLASS_METRICS = `
  select s.name as sweep, c.trial, t.key as trial_key, c.epoch, c.class, c.name,
    coalesce(c.true_positives / nullif(c.predicted, 0), 0) as precision,
    coalesce(c.true_positives / nullif(c.support, 0), 0) as recall,
    coalesce(2 * c.true_positives / nullif(c.predicted + c.support, 0), 0) as f1,
    c.support
  from data.class_counts c
  join data.members m on m.trial = c.trial
  join data.sweeps s on s.id = m.sweep
  join data.trials t on t.id = c.trial
  where not c.superseded`;

const CONFUSION = `
  select s.name as sweep, c.trial, t.key as trial_key, c.epoch, l.name as label, p.name as prediction, c.count
  from data.confusion c
  join data.members m on m.trial = c.trial and m.best_epoch = c.epoch
  join data.sweeps s on s.id = m.sweep
  join data.trials t on t.id = c.trial
  join data.class_counts l
    on l.trial = c.trial and l.attempt = c.attempt and l.epoch = c.epoch and l.class = c.label
  join data.class_counts p
    on p.trial = c.trial and p.attempt = c.attempt and p.epoch = c.epoch and p.class = c.prediction`;

const CHECKPOINTS = `
  select s.name as sweep, c.trial, t.key as trial_key, c.attempt, c.epoch, m.best_epoch is not distinct from c.epoch as best,
    c.file, c.bytes, c.sha256, c.recorded_at, c.removed_at
  from data.checkpoints c
  join data.members m on m.trial = c.trial
  join data.sweeps s on s.id = m.sweep
  join data.trials t on t.id = c.trial`;

const FAILURES = `
  select s.name as sweep, a.trial, t.key as trial_key, a.attempt, a.device, a.ended_at as failed_at, a.final, a.code,
    a.message, a.stack, a.kind, a.micro_batch
  from data.attempts a
  join data.members m on m.trial = a.trial
  join data.sweeps s on s.id = m.sweep
  join data.trials t on t.id = a.trial
  where a.outcome = 'failed'`;

// The sweep is the one that ran the attempt, also where several sweeps declare the trial.
const ATTEMPTS = `
  select s.name as sweep, a.trial, t.key as trial_key, a.attempt, a.outcome, a.started_at, a.ended_at, a.device, a.threads,
    a.micro_batch, r.cpu, r.gpus::json ->> a.device as gpu, r.tensorflow_version, r.node_version, r.sweepwright_version,
    r.trainer, r.trainer_version, r.host, a.input_wait, coalesce(a.node, r.host) as node, a.pid
  from data.attempts a
  join data.sweeps s on s.id = a.sweep
  join data.revisions r on r.sweep = a.sweep and r.revision = a.revision
  join data.trials t on t.id = a.trial`;

// Most trials of a large sweep are completed. Only the others are joined and counted; completed ones are the difference.
const SWEEPS = `
  with begun as (
    select sweep, count(*) as trials from data.members where current group by sweep
  ), best_scores as (
    select sweep, min(score) as best_score from data.ranked group by sweep
  ), best as (
    select m.sweep, arg_min(m.trial, m.position) as trial, any_value(m.objective) as objective
    from data.ranked m join best_scores b on b.sweep = m.sweep and b.best_score = m.score
    group by m.sweep
  ), others as (
    select m.sweep,
      (count(*) filter (t.status = 'queued'))::integer as queued,
      (count(*) filter (t.status = 'running'))::integer as running,
      (count(*) filter (t.status = 'paused'))::integer as paused,
      (count(*) filter (t.status = 'stopped'))::integer as stopped,
      (count(*) filter (t.status = 'failed'))::integer as failed,
      count(*) as trials
    from data.members m join data.trials t on t.id = m.trial
    where m.current
      and m.trial in (select id from data.trials where status in ('queued', 'running', 'paused', 'stopped', 'failed'))
    group by m.sweep
  )
  select s.name as sweep, r.description, r.method, r.metric, r.goal, r.target, r.declared,
    greatest(coalesce(o.queued, 0), r.declared - coalesce(b.trials, 0) + coalesce(o.queued, 0)) as queued,
    case when ${IS_HELD} then coalesce(o.running, 0) else 0 end as running,
    coalesce(o.paused, 0) as paused,
    (coalesce(b.trials, 0) - coalesce(o.trials, 0))::integer as completed,
    coalesce(o.stopped, 0) as stopped,
    coalesce(o.failed, 0) as failed,
    best.trial as best_trial, best.objective as best_objective, r.dataset, r.trainer, r.revision, s.created_at,
    s.opened_at as last_run_at, case when ${IS_HELD} then 0 else coalesce(o.running, 0) end as interrupted,
    coalesce(from_json(r.warnings, '["VARCHAR"]'), []) as warnings
  from data.sweeps s
  join data.declarations r on r.sweep = s.id
  left join begun b on b.sweep = s.id
  left join best on best.sweep = s.id
  left join others o on o.sweep = s.id`;

const LR_FINDS = `
  select f.id as lr_find, s.name as sweep, f.key as lr_find_key, f.backbone, f.valley, f.steepest, f.minimum,
    (select count(*) from data.lr_find_points p where p.lr_find = f.id)::integer as steps,
    f.seed, f.params::json as params, f.dataset, f.device, f.threads, f.started_at, f.ended_at
  from data.lr_finds f
  left join data.lr_find_sweeps l on l.lr_find = f.id
  left join data.sweeps s on s.id = l.sweep`;

const LR_CURVES = `
  select p.lr_find, f.backbone, p.step, p.learning_rate, p.loss, p.smoothed_loss
  from data.lr_find_points p join data.lr_finds f on f.id = p.lr_find`;
