/** One line of what `doctor` finds. */
export interface CheckResult {
  /** What was looked at, in a word or two. */
  readonly name: string;
  /** `fail`: the main job cannot run. `warn`: it can, and something is worth knowing. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Looks at one thing, which may give several lines or none. Does not throw for what it looks for. */
export type Check = () => Promise<readonly CheckResult[]>;
