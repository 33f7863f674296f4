import type { Objective } from '../objective.js';
import type { ParamValue } from '../parameters.js';

/** A JSON Schema (draft 2020-12), with the keywords that parameters need. */
export interface ParameterSchema {
  readonly description: string;
  readonly type?: 'number' | 'integer' | 'string' | 'boolean' | 'array' | 'object';
  readonly enum?: readonly ParamValue[];
  readonly default?: ParamValue;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: Omit<ParameterSchema, 'description'>;
  readonly oneOf?: readonly Omit<ParameterSchema, 'description'>[];
  readonly minItems?: number;
  readonly pattern?: string;
}

export interface MemoryParameters {
  /** Names of the parameters that decide how much one sample takes. */
  readonly shape: readonly string[];
  /** Name of the parameter with the number of samples in a step. */
  readonly batch: string;
}

/** Describes a built-in trainer without loading it: enough to check a sweep file and to plan. */
export interface TrainerManifest {
  readonly name: string;
  /** Raised whenever the same parameters and seed would give other results. Part of every trial's key. */
  readonly version: string;
  readonly parameters: Readonly<Record<string, ParameterSchema>>;
  /** All metrics that it can report, by name, and which way is better. */
  readonly metrics: Readonly<Record<string, Objective['goal']>>;
  /**
   * Metrics whose meaning depends on parameters, so that trials which differ in one of them cannot be ranked by it, and the
   * metric to take instead.
   */
  readonly incomparable?: Readonly<
    Record<string, { readonly parameters: readonly string[]; readonly instead: string }>
  >;
  /** What decides how much memory a trial takes: what did not fit for one is not tried again for another. */
  readonly memory?: MemoryParameters;
  /** A parameter whose values a test can find, and another one: they are found anew for each value of that. */
  readonly findable?: { readonly parameter: string; readonly per: string };
  /** Used where a sweep file names no metric. */
  readonly objective: Objective;
}
