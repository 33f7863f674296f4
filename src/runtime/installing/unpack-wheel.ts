import { EnvironmentError } from '../../core/errors.js';
import { lastLines, runProgram, type ProgramOutcome } from '../../platform/run-program.js';
import { diskFull } from '../finding/disk.js';
import { formatBytes } from '../../core/format.js';
import { parseWheelName, type WheelPin } from '../finding/pins.js';
import type { Work } from './work.js';

/**
 * Unpacks the files of a wheel that are needed to build against TensorFlow and to run it, about a tenth of them, into `folder`.
 * Uses Python's zip reader, in blocks, because the largest file has a gigabyte.
 */
export async function unpackWheel(file: string, pin: WheelPin, folder: string, work: Work): Promise<void> {
  const { cache, env, steps, signal } = work;
  await steps.run(
    `Unpacking ${parseWheelName(pin.file).name} (${formatBytes(pin.unpackedBytes)})`,
    async (advance) => {
      const outcome = await runProgram('python3', ['-I', '-c', UNPACK, file, folder, ...NEEDED], {
        env,
        signal,
        onLine: (line) => advance(Number(line)),
      });
      if (outcome.status !== 'ok') throw explainFailure(pin, cache.root, outcome);
    },
    pin.unpackedBytes,
  );
}

function explainFailure(
  pin: WheelPin,
  folder: string,
  outcome: Exclude<ProgramOutcome, { status: 'ok' }>,
): EnvironmentError {
  const output = outcome.status === 'missing' ? 'python3 is missing' : lastLines(outcome.errors);
  if (outcome.status === 'failed' && outcome.exit === `status ${NO_SPACE}`) return diskFull(folder, output);
  return new EnvironmentError('UNPACK_FAILED', `${pin.file} could not be unpacked into ${folder}:\n${output}`, {
    hint: 'Check that the folder can be written, and run the set-up again.',
  });
}

/** Shell patterns of the members that are needed; `*` crosses folders. */
const NEEDED = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  // What c_api.h and eager/c_api.h include: the other 13,000 headers are for C++.
  'tensorflow/include/tensorflow/c/*.h',
  'tensorflow/include/tensorflow/core/platform/ctstring*.h',
  'tensorflow/include/tsl/platform/ctstring*.h',
  'tensorflow/include/xla/tsl/c/*.h',
  'nvidia/*/lib/*.so*',
  // What compiles kernels for a GPU while a program runs.
  'nvidia/cuda_nvcc/bin/*',
  'nvidia/cuda_nvcc/nvvm/libdevice/*',
];

/** Exit status of the program below for a full disk. */
const NO_SPACE = 28;

/** Prints the bytes done so far, a line for every 8 MiB. Refuses names that lead out of the target. */
const UNPACK = `
import errno, fnmatch, os, sys, zipfile

def unpack(wheel, target, patterns):
    done = 0
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            name = member.filename
            if name.endswith('/') or not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
                continue
            parts = name.split('/')
            if '..' in parts or '' in parts or '\\\\' in name:
                raise ValueError('a name that leads out of the archive: ' + name)
            path = os.path.join(target, *parts)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(member) as source, open(path, 'xb') as copy:
                for piece in iter(lambda: source.read(1 << 23), b''):
                    copy.write(piece)
                    done += len(piece)
                    print(done, flush=True)
            os.chmod(path, 0o755 if (member.external_attr >> 16) & 0o111 else 0o644)

try:
    unpack(sys.argv[1], sys.argv[2], sys.argv[3:])
except OSError as error:
    print(error, file=sys.stderr)
    sys.exit(${NO_SPACE} if error.errno in (errno.ENOSPC, errno.EDQUOT) else 1)
`;
