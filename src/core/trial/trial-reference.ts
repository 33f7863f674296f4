/** How a user names a trial: by its number, or as the best one of a sweep. */
export type TrialReference = number | BestTrialOf;

export interface BestTrialOf {
  /** Name of the sweep. `undefined`: the sweep that ran last. */
  readonly bestOf: string | undefined;
}

/** Reads `7`, `best` or `birds:best`; `undefined` for any other text. */
export function readTrialReference(text: string): TrialReference | undefined {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  if (text === BEST) return { bestOf: undefined };
  const sweep = text.endsWith(`:${BEST}`) ? text.slice(0, -BEST.length - 1) : '';
  return sweep === '' ? undefined : { bestOf: sweep };
}

const BEST = 'best';
