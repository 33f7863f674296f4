import type { Reader } from '../../core/results/reader.js';
import { CONTROL_ACTIONS, type ControlAction } from '../../core/trial/control.js';
import { InputError } from '../../core/errors.js';
import { toFailure, type ControlAnswer, type ControlRequest } from './protocol.js';
import { trialDetails } from '../reading/queries/trial-details.js';

/** Passes an action on to a running trial. Returns whether the trial runs. */
export type Control = (trial: number, action: ControlAction) => boolean;

/** Answers POST /control. If the trial does not run, the error names its state from the database. */
export async function answerControl(
  { trial, action }: ControlRequest,
  control: Control,
  reader: Reader,
): Promise<ControlAnswer> {
  try {
    if (control(trial, action)) return { accepted: true };
    const { state } = await trialDetails(reader, trial);
    throw new InputError('TRIAL_NOT_RUNNING', `trial ${trial} is ${state} and does not run now`, {
      hint: '`sweep status` shows which trials do.',
    });
  } catch (error) {
    return { error: toFailure(error) };
  }
}

export function isControlRequest(body: unknown): body is ControlRequest {
  if (typeof body !== 'object' || body === null) return false;
  const { trial, action } = body as Record<string, unknown>;
  return Number.isSafeInteger(trial) && CONTROL_ACTIONS.some((known) => known === action);
}
