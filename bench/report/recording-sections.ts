import { count, type Section } from './section.js';

interface Overhead {
  readonly slots: number;
  readonly instant: readonly {
    readonly name: string;
    readonly reports: number;
    readonly trialsPerSecond: number;
    readonly byRound: readonly number[];
  }[];
  readonly sleeping?: {
    readonly sleepers: number;
    readonly seconds: number;
    readonly idealSeconds: number;
    readonly took: number;
    readonly above: number;
  };
}

const toolOf = (name: string): string => (name === 'ours' ? 'Sweepwright' : name.replace('optuna', 'Optuna,'));

export const overhead: Section<Overhead> = {
  name: 'overhead',
  title: 'Cost of a trial without its training',
  about:
    'Trials that return at once and report 5 or 10 epochs. Every event is on disk before the next. `sweep run` with 16 slots, and Optuna ' +
    'with its SQLite and journal storages, in turn. Every round continues with the database of the last round. Then trials that only ' +
    'sleep, compared with the time of the sleep alone.',
  runs: [[]],
  table: ([measured]) => ({
    head: ['who', 'reports', 'trials/s', 'by round'],
    rows: [
      ...measured!.instant.map(({ name, reports, trialsPerSecond, byRound }) => {
        return [toolOf(name), String(reports), String(trialsPerSecond), byRound.join(', ')];
      }),
      ...(measured!.sleeping ? [sleepingRow(measured!.sleeping, measured!.slots)] : []),
    ],
  }),
  chart: ([measured]) => ({
    title: 'Trials that return at once, every event on disk',
    unit: 'trials/s, more is better',
    bars: measured!.instant.map(({ name, reports, trialsPerSecond }) => ({
      label: `${toolOf(name)}: ${reports} reports`,
      value: trialsPerSecond,
      ours: name === 'ours',
    })),
  }),
};

function sleepingRow(
  { sleepers, seconds, idealSeconds, took, above }: NonNullable<Overhead['sleeping']>,
  slots: number,
): string[] {
  const what = `${count(sleepers)} trials of ${seconds} s on ${slots} slots`;
  return [what, '1', '', `${took} s, ${(100 * above).toFixed(1)} % above the ideal ${idealSeconds} s`];
}

interface Query {
  readonly trials: number;
  readonly medianMs: Readonly<Record<string, number>>;
}

export const query: Section<Query> = {
  name: 'query',
  title: 'Reading a million trials',
  about:
    'Commands that read, each measured from the start to the end of its process, on a database of a million trials with ten epochs of ' +
    'two metrics each. `node` is Node.js with an empty program; `small` is a database of twelve trials.',
  runs: [[]],
  table: ([measured]) => ({
    head: ['command', 'ms'],
    rows: Object.entries(measured!.medianMs).map(([name, ms]) => [name, count(ms)]),
  }),
  chart: ([measured]) => ({
    title: `Reading a database of ${count(measured!.trials)} trials`,
    unit: 'milliseconds from the start of the command to its end, less is better',
    bars: Object.entries(measured!.medianMs).map(([name, ms]) => ({
      label: name,
      value: ms,
      text: `${count(ms)} ms`,
      ours: name !== 'node',
    })),
  }),
};

interface Plan {
  readonly results: readonly {
    readonly name: string;
    readonly points: number;
    readonly checkMs?: number;
    readonly firstTrialMs: number;
    readonly peakMb: number;
  }[];
}

export const plan: Section<Plan> = {
  name: 'plan',
  title: 'Planning',
  about:
    'Time from a sweep with three axes to its first trial, and peak memory of the process. Ours reads and checks a file before ' +
    'that. Optuna’s GridSampler lists all points first, so a billion points do not fit into memory.',
  runs: [[]],
  table: ([measured]) => ({
    head: ['who', 'points', 'first trial after', 'file checked in', 'peak MB'],
    rows: measured!.results.map(({ name, points, firstTrialMs, checkMs, peakMb }) => [
      toolOf(name).replace(/,$/, ''),
      count(points),
      `${firstTrialMs} ms`,
      checkMs === undefined ? '' : `${checkMs} ms`,
      count(peakMb),
    ]),
  }),
  chart: ([measured]) => ({
    title: 'From a definition to the first trial',
    unit: 'milliseconds, less is better',
    bars: measured!.results.map(({ name, points, firstTrialMs }) => ({
      label: `${toolOf(name).replace(/,$/, '')}: ${count(points)} points`,
      value: firstTrialMs,
      text: `${firstTrialMs} ms`,
      ours: name === 'ours',
    })),
  }),
};
