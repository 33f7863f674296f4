/** Finds reports in what a program prints. */
export interface LineReader {
  /** Takes a line; a promise where the line makes a report, which resolves when it is recorded. Throws for a line that is wrong. */
  take(line: string): Promise<unknown> | undefined;
  /** The program has ended: reports what is left. */
  end(): Promise<unknown> | undefined;
}

/** A line in a message. */
export const quoted = (line: string): string => (line.length <= 200 ? line : `${line.slice(0, 200)}…`);
