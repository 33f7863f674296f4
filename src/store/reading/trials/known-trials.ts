import { type Reader, readRows } from '../../../core/results/reader.js';
import type { FailureKind } from '../../../core/trial/failure.js';
import { TRIAL_STATUSES, type TrialStatus } from '../../../core/trial/trial.js';
import { isEarlierResult } from '../../schema/shown-state.js';
import { cellText } from '../../../core/results/query-result.js';

/** The recorded state of a trial that a sweep declared before. */
export interface KnownTrial {
  readonly id: number;
  readonly status: TrialStatus;
  /** Number of its latest attempt; the next is one more. */
  readonly attempt: number;
  /** Number of failed attempts of a counted kind since the trial last failed for good. */
  readonly failures: number;
  /** Number of recorded epochs that are not superseded; 0 for a finished trial, which needs none. */
  readonly recordedEpochs: number;
  /** Whether it is a current member of the sweep. */
  readonly member: boolean;
}

/**
 * Trials of a database by key, at the time of the query, without those that the sweep has finished (see `finishedPositions`).
 * A million trials take 46 MB, because the table holds no objects and no strings.
 */
export interface KnownTrials {
  readonly size: number;
  get(key: string): KnownTrial | undefined;
}

export interface KnownOptions {
  /** Include the trials that the sweep has finished. Default: false. */
  readonly all?: boolean;
  /** Kinds of failure to count; failures without a recorded kind always count. Default: none. */
  readonly counted?: readonly FailureKind[];
}

/** Reads the known trials for a sweep, given by its number. */
export async function knownTrials(
  reader: Reader,
  sweep: number,
  { all = false, counted = [] }: KnownOptions = {},
): Promise<KnownTrials> {
  const [counts] = await readRows(reader, COUNTS, [sweep]);
  const [unfinished, strangers, every] = [Number(counts?.[0]), Number(counts?.[1]), Number(counts?.[2])];
  const table = new TrialTable(all ? every : unfinished + strangers);
  const some = strangers === 0 ? UNFINISHED : `${UNFINISHED} or ${IS_STRANGER}`;
  const result = await reader.query(
    `select ('0x' || t.key[1:8])::uinteger, ('0x' || t.key[9:16])::uinteger, t.id, t.status, t.attempt,
       coalesce(f.failures, 0), coalesce(h.epoch, 0), coalesce(m.current, false)
     from (${all ? 'from data.trials' : some}) t
     left join (
       select trial, max(epoch) as epoch from data.history
       where trial in (select id from data.trials where status not in ('completed', 'stopped'))
       group by trial
     ) h on h.trial = t.id
     left join (
       select a.trial, count(*) as failures from data.attempts a
       where a.outcome = 'failed' and (a.kind is null or a.kind in (select unnest(from_json($2, '["VARCHAR"]'))))
         and a.attempt > coalesce((
           select max(b.attempt) from data.attempts b where b.trial = a.trial and b.outcome = 'failed' and b.final
         ), 0)
       group by a.trial
     ) f on f.trial = t.id
     left join (from data.members where sweep = $1::integer) m on m.trial = t.id
     where not ${isEarlierResult('t')}`,
    [sweep, JSON.stringify(counted)],
  );
  for await (const rows of result) {
    for (const [high, low, id, status, attempt, failures, recordedEpochs, member] of rows) {
      table.add(Number(high), Number(low), {
        id: Number(id),
        status: status as TrialStatus,
        attempt: Number(attempt),
        failures: Number(failures),
        recordedEpochs: Number(recordedEpochs),
        member: member === true,
      });
    }
  }
  return table;
}

/** Statuses by key of the trials that are members of a sweep (given by its number), or were before. */
export async function statusesOf(
  reader: Reader,
  sweep: number,
  keys: readonly string[],
): Promise<ReadonlyMap<string, TrialStatus>> {
  if (keys.length === 0) return new Map();
  const rows = await readRows(
    reader,
    `select key, status from data.trials
     where key in (select unnest(from_json($2, '["VARCHAR"]')))
       and id in (select trial from data.members where sweep = $1::integer)`,
    [sweep, JSON.stringify(keys)],
  );
  return new Map(rows.map(([key, status]) => [cellText(key), status as TrialStatus]));
}

/** Counts trials that are not finished, trials that are not members (without a join), and all trials. */
const COUNTS = `
  select (select count(*) from data.trials where status not in ('completed', 'stopped'))::integer,
    ((select count(*) from data.trials)
      - (select count(*) from data.members where sweep = $1::integer and current))::integer,
    (select count(*) from data.trials)::integer`;

const UNFINISHED = "from data.trials where status not in ('completed', 'stopped')";
const IS_STRANGER = 'id not in (select trial from data.members where sweep = $1::integer and current)';

/** A hash table with open addressing. A key is 64 random bits, so its low half serves as the hash. */
class TrialTable implements KnownTrials {
  size = 0;
  readonly #mask: number;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  /** 0 in a free place: trial numbers start at 1. */
  readonly #ids: Uint32Array;
  readonly #attempts: Uint16Array;
  readonly #failures: Uint16Array;
  readonly #epochs: Uint32Array;
  readonly #status: Uint8Array;
  readonly #member: Uint8Array;

  constructor(expected: number) {
    const capacity = 2 ** Math.ceil(Math.log2(expected * 1.5 + 1024));
    this.#mask = capacity - 1;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#ids = new Uint32Array(capacity);
    this.#attempts = new Uint16Array(capacity);
    this.#failures = new Uint16Array(capacity);
    this.#epochs = new Uint32Array(capacity);
    this.#status = new Uint8Array(capacity);
    this.#member = new Uint8Array(capacity);
  }

  add(high: number, low: number, trial: KnownTrial): void {
    const place = this.#find(high, low);
    this.#high[place] = high;
    this.#low[place] = low;
    this.#ids[place] = trial.id;
    this.#attempts[place] = trial.attempt;
    this.#failures[place] = trial.failures;
    this.#epochs[place] = trial.recordedEpochs;
    this.#status[place] = TRIAL_STATUSES.indexOf(trial.status);
    this.#member[place] = trial.member ? 1 : 0;
    this.size++;
  }

  get(key: string): KnownTrial | undefined {
    const place = this.#find(parseInt(key.slice(0, 8), 16), parseInt(key.slice(8, 16), 16));
    const id = this.#ids[place]!;
    if (id === 0) return undefined;
    return {
      id,
      status: TRIAL_STATUSES[this.#status[place]!]!,
      attempt: this.#attempts[place]!,
      failures: this.#failures[place]!,
      recordedEpochs: this.#epochs[place]!,
      member: this.#member[place] === 1,
    };
  }

  /** The place of a key, or the free place for it. */
  #find(high: number, low: number): number {
    let place = low & this.#mask;
    while (this.#ids[place] !== 0 && (this.#high[place] !== high || this.#low[place] !== low)) {
      place = (place + 1) & this.#mask;
    }
    return place;
  }
}
