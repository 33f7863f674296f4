import { controlCommand } from './control-command.js';

export const pause = controlCommand('pause', {
  describe: 'Pause a running trial after its epoch, until the sweep is resumed',
  done: 'pauses after the epoch under way; `sweep resume` takes it up again',
});
