import { formatCount } from '../../../core/format.js';

/** What a trial does before its first step: `preparing images 407/483`; `compiling` where the work is not counted. */
export function preparingText(work: {
  readonly what: string;
  readonly done?: number | undefined;
  readonly total?: number | undefined;
}): string {
  const { what, done, total } = work;
  return done === undefined || total === undefined
    ? what
    : `preparing ${what} ${formatCount(done)}/${formatCount(total)}`;
}
