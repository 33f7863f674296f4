import type { NamedTensors, Program, TrainOutcome } from '../program/program.js';
import { addGate } from './graph-gate.js';
import { emitOptimizer, type Emission } from './graph-optimizer.js';
import { assignVariable } from './graph-variables.js';
import { advanceLossScale, allFinite, lossScaleScalars } from '../program/loss-scale.js';
import { scalarName } from '../program/step-state.js';

/**
 * Emits the updates of all weights. With loss scaling, the updates run only if all gradients are finite. Call this only while the
 * tracer records. Returns the names of the nodes that complete the step.
 */
export function emitUpdates(
  emission: Emission,
  gradients: TrainOutcome['gradients'],
  state: NamedTensors,
): readonly string[] {
  const { program, builder, tracer, variables } = emission;
  const scaling = scalingOf(program, state);
  if (Object.keys(scaling).length === 0) return emitOptimizer(emission, gradients, state);
  const finite = allFinite(gradients);
  const gate = addGate(builder, tracer.refOf(finite));
  const updated = gate.join(emitOptimizer({ ...emission, gate }, gradients, state));
  const advanced = Object.entries(advanceLossScale(scaling, finite)).map(([name, value]) => {
    const variable = variables.get(scalarName(name))!;
    return assignVariable(builder, variable, tracer.refOf(value), [variable.value.node]);
  });
  return [updated, ...advanced];
}

/** The scalars of the state that belong to loss scaling, by name without the prefix `@`. */
function scalingOf(program: Program, state: NamedTensors): NamedTensors {
  return Object.fromEntries(lossScaleScalars(program).map(({ name }) => [name, state[scalarName(name)]!]));
}
