import { EnvironmentError, type SerializedError } from '../../core/errors.js';
import type { FailureKind } from '../../core/failure.js';
import { FAILURE_RULES } from './failure-rules.js';

/** Notices that trials fail alike, one after the other: then it is not their parameters that are wrong. */
export class FailureStreak {
  #shape = '';
  #length = 0;

  /** A trial has gone well. */
  reset(): void {
    this.#length = 0;
  }

  /** A trial has failed for good. Returns the error to end the sweep with, where it is one too many. */
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

/** A message without what differs from trial to trial: numbers, and whatever stands in quotes. */
const shapeOf = (message: string): string =>
  message
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '"')
    .replaceAll(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|NaN|-?Infinity/gi, '#');
