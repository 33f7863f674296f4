import type { Distribution } from '../../src/core/space/distribution.js';
import { SEARCH_METHODS, type SearchMethod, type SearchSpace } from '../../src/core/space/search-space.js';
import type { EpochObservation, Observation } from '../../src/core/trial/observation.js';
import type { Params } from '../../src/core/parameters.js';
import { planTrials, type Plan } from '../../src/search/plan.js';
import type { Answer, Message, ProtocolAxis, ProtocolValue } from './protocol.js';

interface Row extends Observation {
  status: Observation['status'];
  readonly epochs: EpochObservation[];
}

/** What a search is made of, apart from the space. */
export type SearchChoice = Pick<SearchSpace, 'method' | 'sampling'>;

/** Answers the messages of a harness with one of our samplers, which sees the rows of the trials and nothing else. */
export class SearchSession {
  readonly #choice: SearchChoice;
  #axes: readonly ProtocolAxis[] = [];
  #plan: Plan | undefined;
  #rows: Row[] = [];

  constructor(choice: SearchChoice) {
    this.#choice = choice;
  }

  answer(message: Message): Answer {
    switch (message.op) {
      case 'start':
        this.#rows = [];
        this.#axes = message.space ?? [];
        this.#plan = message.space === null ? undefined : this.#planOf(message.space, message.seed);
        return { ok: true };
      case 'ask':
        if (message.params !== undefined) return { id: this.#add(message.params) };
        return message.closed === true || this.#plan === undefined ? { done: true } : this.#ask(this.#plan);
      case 'report':
        this.#report(message.id, message.resource, message);
        return { decision: 'continue' };
      case 'tell': {
        const { epochs } = this.#rowOf(message.id);
        if (message.state !== 'failed' && epochs.length === 0) this.#report(message.id, 1, message);
        this.#rowOf(message.id).status = message.state;
        return { ok: true };
      }
      case 'end':
        return { ok: true };
    }
  }

  #planOf(axes: readonly ProtocolAxis[], seed: number): Plan {
    const space: SearchSpace = {
      ...this.#choice,
      axes: axes.map((axis) => ({ name: axis.name, distribution: distributionOf(axis) })),
      objective: { metric: 'value', goal: 'minimize' },
      ...{ fixed: {}, exclude: [], seed, seeds: [0], folds: undefined, runCap: undefined },
    };
    return planTrials(space, { fingerprint: '', trainerVersion: '1', defaults: {} });
  }

  #ask({ sampler }: Plan): Answer {
    const [trial] = sampler.propose(this.#rows, 1);
    if (trial === undefined) return { done: true };
    const params = Object.fromEntries(this.#axes.map((axis) => [axis.name, valueOf(axis, trial.params[axis.name]!)]));
    return { id: this.#add(trial.params, trial.key), params };
  }

  #add(params: Params, key = String(this.#rows.length)): number {
    const id = this.#rows.length + 1;
    const open = { status: 'running', attempt: 1, epochs: [], failure: undefined } as const;
    this.#rows.push({ id, key, position: id - 1, params, seed: 0, ...open, epochs: [] });
    return id;
  }

  #report(id: number, epoch: number, { value, cost }: { readonly value: number; readonly cost: number }): void {
    this.#rowOf(id).epochs.push({ epoch, objective: Number.isFinite(value) ? value : undefined, seconds: cost });
  }

  #rowOf(id: number): Row {
    const row = this.#rows[id - 1];
    if (row === undefined) throw new Error(`there is no trial ${id}`);
    return row;
  }
}

export const isMethod = (text: string): text is SearchMethod => SEARCH_METHODS.some((method) => method === text);

function distributionOf(axis: ProtocolAxis): Distribution {
  if ('values' in axis) {
    // Names in place of the values: numbers would be taken as ordered.
    const values = axis.type === 'ordinal' ? axis.values : axis.values.map((_, index) => `choice ${index}`);
    return { kind: 'categorical', values };
  }
  const { low: min, high: max, log } = axis;
  if (axis.type === 'int')
    return log ? { kind: 'q_log_uniform_values', min, max, q: 1 } : { kind: 'int_uniform', min, max };
  return { kind: log ? 'log_uniform_values' : 'uniform', min, max };
}

function valueOf(axis: ProtocolAxis, value: Params[string]): ProtocolValue {
  if (!('values' in axis) || axis.type === 'ordinal') return value as ProtocolValue;
  return axis.values[Number((value as string).slice('choice '.length))]!;
}
