import type { ClassCounts } from '../../../core/trainer/training.js';
import type { Value } from '../transaction.js';

/** One row of `data.class_counts` per class. `of`: trial, attempt, epoch. */
export function classCountRows(of: readonly Value[], { names, confusion }: ClassCounts): Value[][] {
  const size = names.length;
  const support = new Array<number>(size).fill(0);
  const predicted = new Array<number>(size).fill(0);
  for (let label = 0; label < size; label++) {
    for (let prediction = 0; prediction < size; prediction++) {
      const count = confusion[label * size + prediction] ?? 0;
      support[label]! += count;
      predicted[prediction]! += count;
    }
  }
  return names.map((name, index) => {
    const hits = confusion[index * size + index] ?? 0;
    return [...of, index, name, hits, predicted[index]!, support[index]!, false];
  });
}

/** One row of `data.confusion` per cell that is not zero. `of`: trial, attempt, epoch. */
export function confusionRows(of: readonly Value[], { names, confusion }: ClassCounts): Value[][] {
  const size = names.length;
  return confusion.flatMap((count, cell) =>
    count === 0 ? [] : [[...of, Math.floor(cell / size), cell % size, count]],
  );
}
