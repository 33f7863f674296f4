/**
 * Ordered and append-only: index + 1 is the schema's version, and an entry that has shipped is never edited (apart from SQL
 * comments). Tables are in the schema `data`; views have the plain names and are replaced at every opening (see views.ts).
 */
export const MIGRATIONS: readonly string[] = [
  `
  create schema data;
  create table data.schema_versions (version integer primary key, applied_at timestamp not null);
  create table data.sweeps (
    id integer primary key,
    name varchar not null unique,
    created_at timestamp not null,
    opened_at timestamp not null
  );
  -- The declarations of a sweep and the versions that it ran with; a row for each change.
  create table data.revisions (
    sweep integer not null,
    revision integer not null,
    description varchar,
    method varchar not null,
    metric varchar not null,
    goal varchar not null check (goal in ('minimize', 'maximize')),
    target double,
    declared bigint,
    definition varchar not null,
    definition_hash varchar not null,
    definition_path varchar not null,
    overrides varchar not null,
    seeds varchar not null,
    dataset varchar,
    dataset_fingerprint varchar,
    trainer varchar not null,
    trainer_version varchar not null,
    node_version varchar not null,
    tensorflow_version varchar,
    sweepwright_version varchar not null,
    git_commit varchar,
    host varchar not null,
    created_at timestamp not null,
    primary key (sweep, revision)
  );
  -- One row per trial that was ever started, in whichever sweeps. Device to ended_at belong to its latest attempt.
  -- One column per parameter is added when the parameter is first seen (see parameter-columns.ts).
  create table data.trials (
    id integer primary key,
    key varchar not null unique,
    seed bigint not null,
    params varchar not null,
    status varchar not null
      check (status in ('queued', 'running', 'paused', 'completed', 'stopped', 'failed')),
    attempt integer not null,
    failures integer not null,
    device varchar not null,
    slot integer not null,
    pid integer not null,
    threads integer not null,
    started_at timestamp not null,
    attempt_started_at timestamp not null,
    ended_at timestamp,
    seconds double
  );
  create table data.parameters (
    name varchar primary key,
    public_name varchar not null unique,
    kind varchar not null,
    ordinal integer not null
  );
  -- The trials of each sweep, with their best epoch by its objective, so that a leaderboard need not read epochs. The score is
  -- the objective of a finished trial, signed so that less is better.
  create table data.members (
    sweep integer not null,
    trial integer not null,
    position bigint not null,
    current boolean not null,
    best_epoch integer,
    objective double,
    score double
  );
  -- Attempts that have ended.
  create table data.attempts (
    trial integer not null,
    attempt integer not null,
    sweep integer not null,
    revision integer not null,
    device varchar not null,
    slot integer not null,
    pid integer not null,
    threads integer not null,
    started_at timestamp not null,
    ended_at timestamp not null,
    outcome varchar not null
      check (outcome in ('completed', 'stopped', 'paused', 'failed', 'lost')),
    final boolean not null,
    code varchar,
    message varchar,
    stack varchar
  );
  -- Superseded: a later attempt trained this epoch again.
  create table data.epochs (
    trial integer not null,
    attempt integer not null,
    epoch integer not null,
    metric varchar not null,
    value double not null,
    recorded_at timestamp not null,
    superseded boolean not null
  );
  create table data.warnings (
    trial integer not null,
    attempt integer not null,
    message varchar not null,
    recorded_at timestamp not null
  );
  `,
  `
  -- The revision that the members' positions were checked against, and the greatest trial number at that time.
  alter table data.sweeps add column settled_revision integer;
  alter table data.sweeps add column settled_trial integer;
  alter table data.attempts add column kind varchar;
  alter table data.attempts add column micro_batch integer;
  -- Checkpoints by epoch. removed_at is NULL while the file is on disk; it is also set when a later epoch replaces the file.
  create table data.checkpoints (
    trial integer not null,
    attempt integer not null,
    epoch integer not null,
    file varchar not null,
    bytes bigint not null,
    sha256 varchar not null,
    recorded_at timestamp not null,
    removed_at timestamp
  );
  -- Precision, recall and F1 are computed from these counts.
  create table data.class_counts (
    trial integer not null,
    attempt integer not null,
    epoch integer not null,
    class integer not null,
    name varchar not null,
    true_positives bigint not null,
    predicted bigint not null,
    support bigint not null,
    superseded boolean not null
  );
  -- Cells that are not zero. Running trials have them for every epoch that was the best when it was reported, because a later
  -- attempt can go back; finished trials have them for their best epoch alone.
  create table data.confusion (
    trial integer not null,
    attempt integer not null,
    epoch integer not null,
    label integer not null,
    prediction integer not null,
    count bigint not null
  );
  `,
  `
  -- Processors and threads of a revision. Attempts had their own numbers of threads before: the greatest one is taken.
  alter table data.revisions add column cpu varchar;
  alter table data.revisions add column gpus varchar;
  alter table data.revisions add column threads integer;
  update data.revisions r set threads = (
    select max(a.threads) from data.attempts a where a.sweep = r.sweep and a.revision = r.revision
  );
  `,
  `
  -- Range tests of the learning rate, identified by a key as trials are, and the sweeps that use them.
  create table data.lr_finds (
    id integer primary key,
    key varchar not null unique,
    backbone varchar not null,
    valley double,
    steepest double,
    minimum double,
    params varchar not null,
    seed bigint not null,
    dataset varchar,
    dataset_fingerprint varchar,
    device varchar not null,
    threads integer not null,
    started_at timestamp not null,
    ended_at timestamp not null
  );
  create table data.lr_find_points (
    lr_find integer not null,
    step integer not null,
    learning_rate double not null,
    loss double not null,
    smoothed_loss double not null
  );
  create table data.lr_find_sweeps (lr_find integer not null, sweep integer not null);
  `,
  `
  -- Share of an attempt's training in which it waited for input.
  alter table data.attempts add column input_wait double;
  `,
  `
  -- The machine that an attempt ran on, NULL in rows of earlier versions. Only hosts that are processes have a process id.
  alter table data.trials add column node varchar;
  alter table data.trials alter column pid drop not null;
  alter table data.attempts add column node varchar;
  alter table data.attempts alter column pid drop not null;
  `,
  `
  -- No change of tables: a reader that finds version 6 has the views replaced, which show interrupted trials from now on.
  select 1;
  `,
  `
  -- What --slots asked for: a number or auto. NULL: it was not given.
  alter table data.revisions add column slots varchar;
  `,
  `
  -- Why the sampler of a sweep proposed a trial. NULL where the order of its trials depends on no result.
  alter table data.members add column origin varchar;
  -- Whether a trial repeats one of the sweep's best points with a new seed. Its position is one among such trials.
  alter table data.members add column confirms boolean;
  `,
  `
  -- What users write about trials.
  alter table data.trials add column note varchar;
  alter table data.trials add column tags varchar[];
  -- What --devices asked for, as a JSON array. NULL: it was not given.
  alter table data.revisions add column devices varchar;
  -- last_trial: the greatest number of a trial before the deletion.
  create table data.deletions (
    deleted_at timestamp not null,
    sweep varchar,
    trials integer not null,
    last_trial integer not null
  );
  `,
  `
  -- JSON: SHA-256 of the trainer's files by name, NULL for a built-in trainer; warnings about every trial, NULL without any.
  alter table data.revisions add column trainer_files varchar;
  alter table data.revisions add column warnings varchar;
  `,
  `
  -- Of an earlier result: the trial that --fresh trains again, and whose place on the leaderboard it keeps until that has ended.
  alter table data.members add column stands_in_for integer;
  `,
];
