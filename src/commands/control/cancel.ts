import { controlCommand } from './control-command.js';

export const cancel = controlCommand('cancel', {
  describe: 'End a running trial now; it counts as finished',
  done: 'ends now and counts as finished',
});
