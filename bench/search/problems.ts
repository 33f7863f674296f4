import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../src/core/random.js';
import type { ProtocolAxis } from './protocol.js';
import type { Problem } from './simulate.js';

/** A table of trainings, as bench/search/tables.py writes it. */
interface Table {
  readonly name: string;
  readonly axes: readonly (ProtocolAxis & { readonly type: 'ordinal' | 'categorical' })[];
  /** For each point, the last axis turning fastest: the outcomes of its trainings, to be minimised. */
  readonly values: readonly (readonly number[])[];
  readonly seconds: readonly (readonly number[])[];
}

/** The tables in a folder. */
export function tableProblems(folder: string): Problem[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => tableProblem(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Table));
}

function tableProblem({ name, axes, values, seconds }: Table): Problem {
  const means = values.map((each) => each.reduce((sum, value) => sum + value, 0) / each.length);
  const sorted = means.toSorted((a, b) => a - b);
  return {
    name,
    space: axes,
    best: sorted[0]!,
    median: sorted[sorted.length >> 1]!,
    train: (params, chance) => {
      const index = axes.reduce((rank, axis) => rank * axis.values.length + axis.values.indexOf(params[axis.name]!), 0);
      const training = Math.floor(chance * values[index]!.length);
      return { value: values[index]![training]!, trueValue: means[index]!, seconds: seconds[index]![training]! };
    },
  };
}

/** Hartmann's function of six variables (Dixon and Szego, 1978), without noise. */
export function hartmann6(): Problem {
  const names = ['x1', 'x2', 'x3', 'x4', 'x5', 'x6'];
  const random = seededRandom(0, 'hartmann');
  const sample = Array.from({ length: 10_001 }, () => hartmann(names.map(() => random()))).sort((a, b) => a - b);
  return {
    name: 'Hartmann-6',
    space: names.map((name) => ({ name, type: 'float', low: 0, high: 1, log: false })),
    best: -3.32236801141551,
    median: sample[5_000]!,
    train: (params, chance) => {
      const value = hartmann(names.map((name) => params[name] as number));
      return { value, trueValue: value, seconds: 50 + 20 * chance };
    },
  };
}

const ALPHA = [1, 1.2, 3, 3.2];
const A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const P = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

const hartmann = (x: readonly number[]): number =>
  -ALPHA.reduce((sum, alpha, row) => {
    const distance = x.reduce((total, value, column) => total + A[row]![column]! * (value - P[row]![column]!) ** 2, 0);
    return sum + alpha * Math.exp(-distance);
  }, 0);
