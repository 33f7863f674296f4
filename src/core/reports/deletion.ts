/** What a deletion removes. */
export interface Deletion {
  /** Name of the sweep that is deleted; `undefined` if a single trial is. */
  readonly sweep: string | undefined;
  /** Numbers of the deleted trials. */
  readonly trials: readonly number[];
  /** Names of the sweeps that lose a trial. */
  readonly sweeps: readonly string[];
  /** Trials of the sweep that stay, because another sweep has them, too. */
  readonly shared: number;
  /** Rows of the database. */
  readonly rows: number;
  /** Files in the trials' folders (checkpoints, logs), and their size. */
  readonly files: number;
  readonly bytes: number;
}
