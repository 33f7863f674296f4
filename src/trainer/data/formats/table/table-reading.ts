/** How a CSV or Parquet file is read as a dataset; `undefined` where the file itself tells. */
export interface TableReading {
  /** Column of the images' paths, or of ids that are files' names without ending. Default: one of the usual names. */
  readonly imageColumn?: string | undefined;
  /** Column of the classes. Default: one of the usual names. */
  readonly labelColumn?: string | undefined;
  /** Folder where the paths start, relative to the table's own. Default: the table's own. */
  readonly imageRoot?: string | undefined;
  /** What stands between the labels of an image that can have several. Default: a cell is one label. */
  readonly labelSeparator?: string | undefined;
  /** Images with the same value here stay together: all train or all validate. */
  readonly groupColumn?: string | undefined;
  /** Says of each image whether it trains (`train`) or validates (`val`, `valid`, `validation`, `test`). */
  readonly splitColumn?: string | undefined;
}

/** Whether a file is read as a table, by its name. */
export const isTable = (path: string): boolean => /\.(csv|parquet)$/i.test(path);
