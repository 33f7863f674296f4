/** Commands for one trial of a running sweep. */
export const CONTROL_ACTIONS = ['stop', 'pause', 'cancel'] as const;

/**
 * - `stop`: it ends after the epoch under way and counts as finished
 * - `pause`: it ends after the epoch under way and is not taken up again before the sweep is resumed
 * - `cancel`: it ends now and counts as finished
 */
export type ControlAction = (typeof CONTROL_ACTIONS)[number];
