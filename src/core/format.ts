import { canonicalJson, type ParamValue, type Params } from './parameters.js';

/** A duration in seconds: `0.4s`, `12s`, `3m 05s`, `2h 10m`, `4d 3h`; `-` if it is unknown. */
export function formatDuration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '-';
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** A share from 0 to 1 in per cent: `12 %`, `0.3 %`, `0 %`. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  return `${percent === 0 || percent >= 9.95 ? Math.round(percent) : Number(percent.toPrecision(1))} %`;
}

/** A parameter's value as people write it in a sweep file: `3e-5`, not `0.00003`; text without quotes. See `notationOf`. */
export function formatParam(value: ParamValue | undefined, notation: Notation = 'decimal'): string {
  if (value === undefined) return '-';
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return canonicalJson(value);
  const size = Math.abs(value);
  if (size >= 1e6 || isTiny(value) || (notation === 'exponent' && size < 0.1 && size > 0)) return shortExponent(value);
  return String(Number(value.toPrecision(6)));
}

/** How numbers that stand together are written. `exponent`: also `1e-2`, because another one is `3e-4`. */
export type Notation = 'decimal' | 'exponent';

/** One notation for all numbers of a column or a line: without it, `0.01` would stand beside `1e-3`. */
export const notationOf = (values: readonly unknown[]): Notation =>
  values.some((value) => typeof value === 'number' && isTiny(value)) ? 'exponent' : 'decimal';

const isTiny = (value: number): boolean => value !== 0 && Math.abs(value) < 1e-2;

/** A metric's value in four significant digits. */
export function formatMetric(value: number | undefined): string {
  if (value === undefined) return '-';
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) return shortExponent(value);
  return value.toFixed(Math.abs(value) < 10 ? 4 : 2);
}

/** `backbone=b0 learning_rate=3e-5`, the parameters named, in that order. @param notation - default: that of these parameters */
export function formatParams(
  params: Params,
  names: readonly string[],
  notation: Notation = notationOf(names.map((name) => params[name])),
): string {
  return names.map((name) => `${name}=${formatParam(params[name], notation)}`).join(' ');
}

/** 12345678 as `12,345,678`; infinity as `∞`. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return '∞';
  // The first use of a locale takes longer than a small query.
  return Number.isSafeInteger(count) ? String(count).replace(/\B(?=(\d{3})+$)/g, ',') : count.toLocaleString('en-US');
}

/** `1 trial`, `2 trials`. */
export const formatCounted = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `274 MB`, `1.2 GB`: decimal units, as download pages and disks count. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.round(bytes / 1e3)} kB`;
}

/** Shortest exponent form that keeps six significant digits: `3e-5`, `1.25e-4`. */
function shortExponent(value: number): string {
  return Number(value.toPrecision(6)).toExponential().replace('e+', 'e');
}

const pad = (value: number): string => String(value).padStart(2, '0');
