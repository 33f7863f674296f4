import { controlCommand } from './control-command.js';

export const stop = controlCommand('stop', {
  describe: 'End a running trial after its epoch; it counts as finished',
  done: 'ends after the current epoch and counts as finished',
});
