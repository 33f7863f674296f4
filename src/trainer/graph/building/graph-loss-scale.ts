import type { NamedTensors, Program, TrainOutcome } from '../program/program.js';
import { addGate } from './graph-gate.js';
import { emitOptimizer, type Emission } from './graph-optimizer.js';
import { assignVariable } from './graph-variables.js';
import { advanceLossScale, allFinite, lossScaleScalars } from '../program/loss-scale.js';
import { scalarName } from '../program/step-state.js';

/**
 * Emits the updates: where the loss is scaled, only for a step whose gradients are all finite. Has to be called while the
 * tracer records. Returns the names of nodes after which all is done.
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

/** Those arrays of a state that scale the loss, by their names without the state's mark. */
function scalingOf(program: Program, state: NamedTensors): NamedTensors {
  return Object.fromEntries(lossScaleScalars(program).map(({ name }) => [name, state[scalarName(name)]!]));
}
