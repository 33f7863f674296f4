/** How a CSV or Parquet file is read as a dataset; `undefined`: detected from the file. */
export interface TableReading {
  /** Column of image paths, or of file names without extension. Default: the column with a common name. */
  readonly imageColumn?: string | undefined;
  /** Column of class names. Default: the column with a common name. */
  readonly labelColumn?: string | undefined;
  /** Folder that paths start from, relative to the table's folder. Default: the table's folder. */
  readonly imageRoot?: string | undefined;
  /** Text between the labels of a multi-label image. Default: a cell is one label. */
  readonly labelSeparator?: string | undefined;
  /** Column of groups: images of a group are all in training or all in validation. Default: no groups. */
  readonly groupColumn?: string | undefined;
  /** Column of the split: `train`, or `val`, `valid`, `validation`, `test`. Default: the images are split by class. */
  readonly splitColumn?: string | undefined;
}
