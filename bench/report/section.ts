import type { BarChart } from '../lib/bar-chart.js';

/** Environment that every benchmark prints with `--json`. */
export interface Circumstances {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly sweepwright: string;
  readonly command: string;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A benchmark's section of the page. */
export interface Section<Measured = never> {
  /** NAME in `npm run bench -- NAME`. */
  readonly name: string;
  readonly title: string;
  /** What is measured, and how. */
  readonly about: string;
  /** Options of each run that the page shows. */
  readonly runs: readonly (readonly string[])[];
  /** `measured` has one object for each run. */
  readonly table: (measured: readonly Measured[]) => Table;
  readonly chart: (measured: readonly Measured[]) => BarChart;
}

export const count = (value: number): string => value.toLocaleString('en-US');

/** `0.61 x`: the ratio of ours to another's. */
export const times = (ratio: number): string => `${ratio} x`;
