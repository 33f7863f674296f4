/** One line of output that is replaced in place while work goes on. */
export interface ProgressLine {
  /** Whether it is on a terminal. Elsewhere `show` and `end` do nothing. */
  readonly isLive: boolean;
  show(text: string): void;
  /** Prints a line that stays. */
  say(text: string): void;
  /** Erases the line. */
  end(): void;
}
