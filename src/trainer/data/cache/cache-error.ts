import { EnvironmentError } from '../../../core/errors.js';
import { isDiskFull, isUnwritable, systemReason } from '../../../platform/errno.js';

/**
 * Turns an operating system error on a cache file into EnvironmentError DISK_FULL or CACHE_UNWRITABLE. Other errors are
 * returned unchanged.
 *
 * @param subject - `what` was to be written (a plural noun, for the message) and the `path` of the file
 */
export function cacheError(error: unknown, { what, path }: { readonly what: string; readonly path: string }): unknown {
  if (isDiskFull(error)) {
    return new EnvironmentError('DISK_FULL', `no disk space for ${what} in ${path}: ${systemReason(error)}`, {
      hint: 'Free some space, or put the cache on another disk. Fewer images (train_samples, validation_samples) or a smaller image_size need less space.',
      cause: error,
    });
  }
  if (isUnwritable(error)) {
    return new EnvironmentError('CACHE_UNWRITABLE', `${what} cannot be written to ${path}: ${systemReason(error)}`, {
      hint: 'Give yourself permission to write there, or choose another folder for the cache.',
      cause: error,
    });
  }
  return error;
}
