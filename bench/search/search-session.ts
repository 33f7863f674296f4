import type { Distribution } from '../../src/core/space/distribution.js';
import { SEARCH_METHODS, type SearchMethod, type SearchSpace } from '../../src/core/space/search-space.js';
import type { EpochObservation, Observation } from '../../src/core/trial/observation.js';
import type { EarlyTermination } from '../../src/core/trial/early-termination.js';
import type { Params } from '../../src/core/parameters.js';
import { planTrials, type Plan } from '../../src/search/plan.js';
import { Curves } from '../../src/search/stopping/curves.js';
import { makeRule } from '../../src/search/stopping/make-rule.js';
import type { StoppingRule } from '../../src/search/stopping/rule.js';
import type { Answer, Decision, Message, ProtocolAxis, ProtocolValue } from './protocol.js';

interface Row extends Observation {
  status: Observation['status'];
  readonly epochs: EpochObservation[];
}

/** What a search is made of, apart from the space. */
export interface SearchChoice extends Pick<SearchSpace, 'method' | 'sampling'> {
  /** Default: every trial trains to its end. */
  readonly rule?: EarlyTermination | undefined;
}

/** Answers the messages of a harness with a sampler and a stopping rule of ours, which see the rows of the trials and nothing else. */
export class SearchSession {
  readonly #choice: SearchChoice;
  #axes: readonly ProtocolAxis[] = [];
  #plan: Plan | undefined;
  #rows: Row[] = [];
  #resource = 1;
  #rule: StoppingRule | undefined;
  #curves = new Curves({ goal: 'minimize', within: [], defaults: {} });

  constructor(choice: SearchChoice) {
    this.#choice = choice;
  }

  answer(message: Message): Answer {
    switch (message.op) {
      case 'start':
        this.#rows = [];
        this.#resource = message.resource;
        this.#rule = this.#choice.rule && makeRule(this.#choice.rule);
        this.#curves = new Curves({ goal: 'minimize', within: [], defaults: {}, maxIter: message.resource });
        this.#axes = message.space ?? [];
        this.#plan = message.space === null ? undefined : this.#planOf(message.space, message.seed);
        return { ok: true };
      case 'ask':
        if (message.closed === true) this.#curves.isClosed = true;
        return this.#promoted() ?? this.#next(message);
      case 'report':
        return { decision: this.#report(message) };
      case 'tell': {
        const row = this.#rowOf(message.id);
        if (message.state !== 'failed' && row.epochs.length === 0) this.#report({ ...message, resource: 1 });
        row.status = message.state;
        this.#curves.update(row);
        return { ok: true };
      }
      case 'end':
        return { ok: true };
    }
  }

  #planOf(axes: readonly ProtocolAxis[], seed: number): Plan {
    const { method, sampling } = this.#choice;
    const space: SearchSpace = {
      ...{ method, sampling },
      axes: axes.map((axis) => ({ name: axis.name, distribution: distributionOf(axis) })),
      objective: { metric: 'value', goal: 'minimize' },
      ...{ fixed: {}, exclude: [], seed, seeds: [0], folds: undefined, runCap: undefined },
    };
    return planTrials(space, { fingerprint: '', trainerVersion: '1', defaults: {} });
  }

  /** A paused trial that goes on. */
  #promoted(): Answer | undefined {
    const curve = this.#rule?.promote?.(this.#curves, (id) => this.#rowOf(id).status === 'paused');
    if (curve === undefined) return undefined;
    const row = this.#rowOf(curve.trial.id);
    row.status = 'running';
    this.#curves.update(row);
    return { id: row.id };
  }

  #next({ params: offered, closed }: Message & { readonly op: 'ask' }): Answer {
    if (offered !== undefined) return { id: this.#add(offered) };
    const [trial] = closed === true ? [] : (this.#plan?.sampler.propose(this.#rows, 1) ?? []);
    if (trial === undefined) return { done: true };
    const params = Object.fromEntries(this.#axes.map((axis) => [axis.name, valueOf(axis, trial.params[axis.name]!)]));
    return { id: this.#add(trial.params, trial.key), params };
  }

  #add(params: Params, key = String(this.#rows.length)): number {
    const id = this.#rows.length + 1;
    const open = { status: 'running', attempt: 1, epochs: [], failure: undefined } as const;
    this.#rows.push({ id, key, position: id - 1, params, seed: 0, ...open, epochs: [] });
    this.#curves.update(this.#rowOf(id));
    return id;
  }

  #report({ id, resource: epoch, value, cost }: Omit<Message & { readonly op: 'report' }, 'op'>): Decision {
    const row = this.#rowOf(id);
    row.epochs.push({ epoch, objective: Number.isFinite(value) ? value : undefined, seconds: cost });
    this.#curves.update(row);
    if (this.#rule === undefined || epoch >= this.#resource) return 'continue';
    const { decision } = this.#rule.judge(this.#curves.get(id)!, this.#curves);
    if (decision !== 'pause') return decision;
    row.status = 'paused';
    this.#curves.update(row);
    return decision;
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
