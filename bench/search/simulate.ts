import { seededRandom } from '../../src/core/random.js';
import type { Answer, Message, ProtocolAxis, ProtocolValue } from './protocol.js';

/** A problem with known outcomes. */
export interface Problem {
  readonly name: string;
  readonly space: readonly ProtocolAxis[];
  /** The outcomes of one training; `chance` in [0, 1) picks one where there are several. */
  readonly train: (params: Readonly<Record<string, ProtocolValue>>, chance: number) => Outcome;
  /** Best and median of the true values. */
  readonly best: number;
  readonly median: number;
}

export interface Outcome {
  /** What the search is told. */
  readonly value: number;
  /** The mean over all trainings of the point. */
  readonly trueValue: number;
  readonly seconds: number;
}

/** Answers messages, in this process or in another one. */
export type Respond = (message: Message) => Answer | Promise<Answer>;

export interface SimulationOptions {
  readonly seed: number;
  readonly slots: number;
  /** Numbers of finished trials, in ascending order, after which the regret is taken. */
  readonly marks: readonly number[];
}

export interface Simulated {
  /** At each mark: true value of the point with the best value so far; 0 is the best of the problem, 1 its median. */
  readonly regrets: readonly number[];
  /** Milliseconds of each answer to `ask`. */
  readonly proposalMs: readonly number[];
}

interface OpenTrial extends Outcome {
  readonly id: number;
  readonly end: number;
}

/** Runs a search on virtual time: `slots` trials at a time, results in the order in which trainings of their lengths would end. */
export async function simulate(
  { space, train, best, median }: Problem,
  respond: Respond,
  { seed, slots, marks }: SimulationOptions,
): Promise<Simulated> {
  const trials = marks.at(-1)!;
  await respond({ op: 'start', space, seed, slots, trials, resource: 1, goal: 'minimize' });
  const chance = seededRandom(seed, 'outcomes');
  const open: OpenTrial[] = [];
  const regrets: number[] = [];
  const proposalMs: number[] = [];
  let [clock, started, finished] = [0, 0, 0];
  let incumbent: Outcome | undefined;
  while (finished < trials) {
    while (open.length < slots && started < trials) {
      const begun = performance.now();
      const answer = await respond({ op: 'ask' });
      proposalMs.push(performance.now() - begun);
      if (!('id' in answer)) break;
      const outcome = train(answer.params!, chance());
      open.push({ ...outcome, id: answer.id, end: clock + outcome.seconds });
      started++;
    }
    open.sort((a, b) => a.end - b.end);
    const ended = open.shift();
    if (ended === undefined) break;
    clock = ended.end;
    finished++;
    await respond({ op: 'tell', id: ended.id, state: 'completed', value: ended.value, cost: ended.seconds });
    if (incumbent === undefined || ended.value < incumbent.value) incumbent = ended;
    if (marks.includes(finished)) regrets.push(Math.max(0, (incumbent.trueValue - best) / (median - best)));
  }
  await respond({ op: 'end' });
  while (regrets.length < marks.length) regrets.push(regrets.at(-1) ?? 1);
  return { regrets, proposalMs };
}
