import { shareOf } from './share-of.js';
import type { RunningTrial, SweepProgress, TrialSeconds } from './sweep-progress.js';

/** Seconds that work will still take: likely not less and not more. */
export interface TimeLeft {
  readonly low: number;
  readonly high: number;
}

/** Signs of progress, and seconds, after which the pace of a trial says something. Half a minute's epoch has many more. */
const ENOUGH_SIGNS = 10;
const ENOUGH_SECONDS = 3;

/**
 * Time left of a running trial, from its pace since its first step: images, compilation and the first step come once.
 * `undefined` until that pace is known. `now`: milliseconds since 1970.
 */
export function trialTimeLeft(running: RunningTrial, now: number): TimeLeft | undefined {
  const pace = paceOf(running, now);
  if (pace === undefined) return undefined;
  const left = Math.max(0, 1 - pace.share) * pace.whole;
  const doubt = 0.05 + 0.35 * Math.max(0, 1 - pace.share);
  return { low: left * (1 - doubt), high: left * (1 + doubt) };
}

/**
 * Time left of a sweep, from the trials that this session has finished or has under way; `undefined` until one of them says
 * something, and where the sweep has no end. The range narrows with the number of trials, and where they take alike.
 */
export function sweepTimeLeft(progress: SweepProgress, now: number): TimeLeft | undefined {
  const { outline, done, failed, finishedHere } = progress;
  const running = [...progress.running.values()];
  const samples = [...finishedHere, ...running.flatMap((one) => expectedSeconds(one, now) ?? [])];
  const waiting = Math.max(0, outline.total - done - failed - running.length);
  if (samples.length === 0 || !Number.isFinite(waiting)) return undefined;
  const training = mean(samples.map((one) => one.training));
  const whole = training + mean(samples.map(({ before }) => before));
  const deviation = Math.sqrt(mean(samples.map((one) => (one.training - training) ** 2)));
  // Two standard errors of the mean; few trials hide how much others differ.
  const count = samples.length;
  const doubt = Math.min(0.6, Math.max(0.1, 0.6 / count, (2 * deviation) / (training * Math.sqrt(count))));
  const trial = { low: training * (1 - doubt), high: whole * (1 + doubt) };
  const unknown = { low: trial.low / 2, high: trial.high };
  const lefts = running.map((one) => trialTimeLeft(one, now) ?? unknown);
  const slots = Math.max(1, outline.slots);
  const bound = (side: keyof TimeLeft): number => {
    const work = waiting * trial[side] + total(lefts.map((left) => left[side]));
    return Math.max(work / slots, ...lefts.map((left) => left[side]));
  };
  // Slots seldom end together: on average the last trial of one begins half a trial before the others are free.
  const tail = waiting > 0 ? (whole / 2) * (1 - 1 / slots) : 0;
  return { low: bound('low'), high: bound('high') + tail };
}

/** `~40s`, `3–5m`, `2–3h`: rounded to what the range allows. */
export function formatTimeLeft({ low, high }: TimeLeft): string {
  const { unit, seconds, step } = UNITS.find(({ upTo }) => high < upTo)!;
  const [from, to] = [low, high].map((bound) => Math.round(bound / seconds / step) * step) as [number, number];
  if (to === 0) return `<${step}${unit}`;
  if (from === to) return `~${to}${unit}`;
  return from === 0 ? `<${to}${unit}` : `${from}–${to}${unit}`;
}

const UNITS = [
  { unit: 's', seconds: 1, step: 1, upTo: 15 },
  { unit: 's', seconds: 1, step: 5, upTo: 100 },
  { unit: 'm', seconds: 60, step: 1, upTo: 100 * 60 },
  { unit: 'h', seconds: 3600, step: 1, upTo: 48 * 3600 },
  { unit: 'd', seconds: 86_400, step: 1, upTo: Infinity },
] as const;

/** How far a trial is, and the seconds that all its epochs take at its pace. */
function paceOf(running: RunningTrial, now: number): { readonly share: number; readonly whole: number } | undefined {
  const { epochs, firstStep, signs } = running;
  if (epochs === undefined || firstStep === undefined || signs < ENOUGH_SIGNS) return undefined;
  const share = shareOf(running);
  const seconds = (now - firstStep.at) / 1000;
  const gained = share - firstStep.share;
  return seconds < ENOUGH_SECONDS || gained <= 0 ? undefined : { share, whole: seconds / gained };
}

/** What a running trial takes in all, had it begun with its first epoch. */
function expectedSeconds(running: RunningTrial, now: number): TrialSeconds | undefined {
  const pace = paceOf(running, now);
  return pace && { before: (running.firstStep!.at - running.startedAt) / 1000, training: pace.whole };
}

const mean = (values: readonly number[]): number => total(values) / values.length;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
