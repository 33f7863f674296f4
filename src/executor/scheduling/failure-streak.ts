import { EnvironmentError, type SerializedError } from '../../core/errors.js';
import type { FailureKind } from '../../core/trial/failure.js';
import { FAILURE_RULES } from './failure-rules.js';

/** Detects trials that fail alike, one after another: then the cause is not their parameters. */
export class FailureStreak {
  #shape = '';
  #length = 0;

  /** A trial did not fail. */
  reset(): void {
    this.#length = 0;
  }

  /** A trial failed for good. Returns the error that ends the sweep, once as many trials failed alike as the rule allows. */
  add(kind: FailureKind, { code, message }: SerializedError): EnvironmentError | undefined {
    const { endsSweepAfter = Infinity } = FAILURE_RULES[kind];
    const shape = `${kind} ${code} ${shapeOf(message)}`;
    this.#length = shape === this.#shape ? this.#length + 1 : 1;
    this.#shape = shape;
    if (this.#length < endsSweepAfter) return undefined;
    return new EnvironmentError(
      'FAILS_ALIKE',
      `${this.#length} trials in a row failed alike, the last one with ${code}: ${message.split('\n', 1)[0]}`,
      { hint: 'Other parameters will not help. Put it right, then `sweep resume --retry-failed`.' },
    );
  }
}

/** A message without the parts that differ from trial to trial: numbers and quoted text. */
const shapeOf = (message: string): string =>
  message
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '"')
    .replaceAll(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|NaN|-?Infinity/gi, '#');
