import { EnvironmentError } from '../../../core/errors.js';
import { systemReason } from '../files/list-folder.js';

/**
 * What the operating system refuses, in words that help: EnvironmentError DISK_FULL, CACHE_UNWRITABLE; everything else as it is.
 *
 * @param subject - `what` cannot be kept, in the plural, and the `path` where
 */
export function cacheError(error: unknown, { what, path }: { readonly what: string; readonly path: string }): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new EnvironmentError('DISK_FULL', `no space for ${what} in ${path}: ${systemReason(error)}`, {
      hint: 'Free some space or put the cache elsewhere. Fewer images (train_samples, validation_samples) or a smaller image_size need less.',
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'EEXIST' || code === 'ENOTDIR') {
    return new EnvironmentError('CACHE_UNWRITABLE', `${what} cannot be kept in ${path}: ${systemReason(error)}`, {
      hint: 'Give yourself permission to write there, or choose another folder for the cache.',
      cause: error,
    });
  }
  return error;
}
