import type { Surroundings } from '../session/surroundings.js';
import { signalInterrupts } from './interrupts.js';

/** This process's clock, environment and signals. */
export const processSurroundings: Surroundings = {
  now: Date.now,
  environment: process.env,
  interrupts: signalInterrupts,
};
