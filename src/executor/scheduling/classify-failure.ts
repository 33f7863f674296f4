import type { SerializedError } from '../../core/errors.js';
import type { FailureKind } from '../../core/trial/failure.js';

/** The kind of failure of an error that a trainer threw or that describes the end of a host; `code` where it is not known. */
export function classifyFailure({ code, message }: Pick<SerializedError, 'code' | 'message'>): FailureKind {
  const known = KINDS[code];
  if (known !== undefined) return known;
  if (/^(?:DATASET|LABELS?)_/.test(code)) return 'data';
  // Native code has no error codes. This is the only place that reads the text of a message.
  if (OUT_OF_MEMORY.test(message)) return 'oom';
  return code === 'HOST_CRASHED' ? 'crashed' : 'code';
}

/** Codes of this program, of Node and of the system. */
const KINDS: Readonly<Record<string, FailureKind | undefined>> = {
  ERR_WORKER_OUT_OF_MEMORY: 'oom',
  ENOMEM: 'oom',
  HOST_OUT_OF_MEMORY: 'oom',
  PROGRAM_OUT_OF_MEMORY: 'oom',
  PROGRAM_CRASHED: 'crashed',
  DIVERGED: 'diverged',
  TRIAL_HUNG: 'hung',
  DISK_FULL: 'disk',
  CACHE_UNWRITABLE: 'disk',
  CHECKPOINT_FOLDER_GONE: 'disk',
  ENOSPC: 'disk',
  EDQUOT: 'disk',
  EIO: 'disk',
  EROFS: 'disk',
  TIME_LIMIT: 'killed',
  HOST_KILLED: 'killed',
};

/**
 * TensorFlow's status 8 (`RESOURCE_EXHAUSTED`), what CUDA's libraries say in its place, C++, and JavaScript's typed arrays.
 */
const OUT_OF_MEMORY =
  /Invalid TF_Status: 8\b|OOM when allocating|RESOURCE_EXHAUSTED|CUDA_ERROR_OUT_OF_MEMORY|CU(?:DNN|BLAS|FFT|SOLVER)_STATUS_ALLOC_FAILED|std::bad_alloc|Array buffer allocation failed/;
