import { controlCommand } from './control-command.js';

export const pause = controlCommand('pause', {
  describe: 'Pause a running trial after its epoch; resuming the sweep continues it',
  done: 'pauses after the current epoch; `sweep resume` continues it',
});
