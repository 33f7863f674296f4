/** Tables with a column `trial`: rows of a deleted trial are deleted in each of them. */
export const TABLES_OF_TRIALS = [
  ...['members', 'attempts', 'epochs', 'warnings', 'checkpoints', 'class_counts', 'confusion'],
] as const;
