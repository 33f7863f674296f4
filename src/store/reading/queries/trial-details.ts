import type { AttemptDetails, Membership, TrialDetails } from '../../../core/results/trial-details.js';
import { type Reader, readRows } from '../../../core/results/reader.js';
import { InputError } from '../../../core/errors.js';
import type { Params } from '../../../core/parameters.js';
import type { Metrics } from '../../../core/trainer/training.js';
import { cellNumber, cellText, cellTexts, type Cell } from '../../../core/results/query-result.js';
import { shownState } from '../../schema/shown-state.js';

/** A trial with its attempts, warnings and standings. @throws {InputError} UNKNOWN_TRIAL */
export async function trialDetails(reader: Reader, trial: number): Promise<TrialDetails> {
  const [row] = await readRows(
    reader,
    `select key, ${shownState('trials')}, seed, params, failures, device, slot, threads, attempt, epoch_ms(started_at),
       epoch_ms(attempt_started_at), epoch_ms(ended_at), seconds, note, tags
     from data.trials where id = $1::integer`,
    [trial],
  );
  if (!row) throw await unknownTrial(reader, trial);
  const [key, state, seed, params, failures, device, slot, threads, attempt, ...times] = row;
  const [startedAt, attemptStartedAt, endedAt, seconds, note, tags] = times;
  return {
    ...{ trial, key: cellText(key), state: cellText(state), seed: Number(seed) },
    params: JSON.parse(cellText(params)) as Params,
    ...{ failures: Number(failures), device: cellText(device), slot: Number(slot), threads: Number(threads) },
    ...{ attempt: Number(attempt), startedAt: Number(startedAt), attemptStartedAt: Number(attemptStartedAt) },
    ...{ endedAt: cellNumber(endedAt), seconds: cellNumber(seconds) },
    ...{ note: textOrNone(note), tags: cellTexts(tags) },
    memberships: await memberships(reader, trial),
    attempts: await attempts(reader, trial),
    warnings: await warnings(reader, trial),
  };
}

/** Values of one metric, ordered by epoch. */
export async function trialCurve(
  reader: Reader,
  trial: number,
  metric: string,
): Promise<{ readonly epoch: number; readonly value: number }[]> {
  const rows = await readRows(
    reader,
    'select epoch, value from data.history where trial = $1::integer and metric = $2 order by epoch',
    [trial, metric],
  );
  return rows.map(([epoch, value]) => ({ epoch: Number(epoch), value: Number(value) }));
}

/** All metrics of the epochs that are not superseded, by epoch. */
export async function trialMetrics(reader: Reader, trial: number): Promise<ReadonlyMap<number, Metrics>> {
  const rows = await readRows(
    reader,
    'select epoch, metric, value from data.history where trial = $1::integer order by epoch',
    [trial],
  );
  const curve = new Map<number, Record<string, number>>();
  for (const [epoch, metric, value] of rows) {
    const metrics = curve.get(Number(epoch)) ?? {};
    metrics[cellText(metric)] = Number(value);
    curve.set(Number(epoch), metrics);
  }
  return curve;
}

async function memberships(reader: Reader, trial: number): Promise<Membership[]> {
  const rows = await readRows(
    reader,
    `select s.name, d.metric, d.goal, d.target, m.current,
       case when m.score is not null and exists (from data.ranked r where r.sweep = m.sweep and r.trial = m.trial) then 1 + (
         select count(*) from data.ranked o where o.sweep = m.sweep and o.score < m.score
       ) end,
       m.objective, m.best_epoch, m.origin
     from data.members m
     join data.sweeps s on s.id = m.sweep
     join data.declarations d on d.sweep = m.sweep
     where m.trial = $1::integer
     order by s.opened_at desc, s.id desc`,
    [trial],
  );
  return rows.map(([sweep, metric, goal, target, current, rank, best, bestEpoch, origin]) => ({
    sweep: cellText(sweep),
    objective: {
      metric: cellText(metric),
      goal: goal === 'maximize' ? 'maximize' : 'minimize',
      ...(target == null ? {} : { target: Number(target) }),
    },
    current: current === true,
    rank: cellNumber(rank),
    best: cellNumber(best),
    bestEpoch: cellNumber(bestEpoch),
    origin: textOrNone(origin),
  }));
}

async function attempts(reader: Reader, trial: number): Promise<AttemptDetails[]> {
  const rows = await readRows(
    reader,
    `select attempt, device, slot, epoch_ms(started_at), epoch_ms(ended_at), outcome, code, message, stack,
       kind, micro_batch, input_wait
     from data.attempts where trial = $1::integer order by attempt`,
    [trial],
  );
  return rows.map(([attempt, device, slot, startedAt, endedAt, outcome, code, message, stack, ...rest]) => ({
    attempt: Number(attempt),
    device: cellText(device),
    slot: Number(slot),
    startedAt: Number(startedAt),
    endedAt: Number(endedAt),
    outcome: cellText(outcome),
    code: textOrNone(code),
    message: textOrNone(message),
    stack: textOrNone(stack),
    kind: textOrNone(rest[0]),
    microBatch: cellNumber(rest[1]),
    inputWait: cellNumber(rest[2]),
  }));
}

async function warnings(reader: Reader, trial: number): Promise<TrialDetails['warnings']> {
  const rows = await readRows(
    reader,
    'select attempt, message, epoch_ms(recorded_at) from data.warnings where trial = $1::integer order by recorded_at',
    [trial],
  );
  return rows.map(([attempt, message, at]) => ({
    attempt: Number(attempt),
    message: cellText(message),
    at: Number(at),
  }));
}

async function unknownTrial(reader: Reader, trial: number): Promise<InputError> {
  const [row] = await readRows(reader, 'select max(id) from data.trials');
  const last = row?.[0] ?? null;
  return new InputError('UNKNOWN_TRIAL', `there is no trial ${trial} in the database`, {
    hint:
      last === null
        ? 'No trial has been started yet.'
        : `Trial numbers go up to ${cellText(last)}; sweep top lists the trials.`,
  });
}

const textOrNone = (cell: Cell | undefined): string | undefined => (cell == null ? undefined : cellText(cell));
