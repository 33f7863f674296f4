import type { TableReading } from '../../core/trainer/table-reading.js';
import type { OptionTable } from './sweep-options.js';

/** Flags of the commands that read a CSV or Parquet file as a dataset. */
export const tableOptions: OptionTable = {
  'image-column': { string: true, requiresArg: true, describe: 'Column of a table with the images' },
  'label-column': { string: true, requiresArg: true, describe: 'Column of a table with the classes' },
  'image-root': { string: true, requiresArg: true, describe: 'Folder that the paths in a table start from' },
  'label-separator': { string: true, requiresArg: true, describe: 'Separator between the labels of an image' },
  'group-column': {
    string: true,
    requiresArg: true,
    describe: 'Column of a table with groups; a group is never split between training and validation',
  },
  'split-column': { string: true, requiresArg: true, describe: 'Column of a table that says which images train' },
};

/** The values of `tableOptions`. */
export const readingOf = (args: TableReading): TableReading => ({
  imageColumn: args.imageColumn,
  labelColumn: args.labelColumn,
  imageRoot: args.imageRoot,
  labelSeparator: args.labelSeparator,
  groupColumn: args.groupColumn,
  splitColumn: args.splitColumn,
});
