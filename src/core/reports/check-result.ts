/** One line of what `doctor` finds. */
export interface CheckResult {
  /** What was looked at, in a word or two. */
  readonly name: string;
  /** `fail`: the main job cannot run. `warn`: it can, and something is worth knowing. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What the user can do about it. */
  readonly hint?: string;
}

/** Checks one thing and returns any number of lines. Does not throw for what it checks. */
export type Check = () => Promise<readonly CheckResult[]>;
