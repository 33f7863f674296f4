/**
 * Writes the package as a file that npm installs without flags and scripts: `node scripts/pack.mjs [FOLDER]`.
 *
 * `@tensorflow/tfjs-node-gpu` is bundled without its install script. That script downloads a TensorFlow of 2022 from a server
 * that many networks do not reach, and then the whole installation fails. `sweep setup` provides TensorFlow instead.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { runProgram } from './run-program.mjs';

const BUNDLED = '@tensorflow/tfjs-node-gpu';
/** What the program and `sweep setup` use of it: the JavaScript, and the sources of the addon. */
const PARTS = ['dist', 'binding', 'README.md'];
/** Packages that only its install script loads. */
const OF_ITS_SCRIPT = ['adm-zip', 'https-proxy-agent', 'rimraf', 'tar'];

await bootstrap();
const staging = mkdtempSync(join(tmpdir(), 'sweepwright-pack-'));
try {
  const { name, version } = readJson(join(root, 'package.json'));
  const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
  await npm(root, 'pack', '--ignore-scripts', '--silent', '--pack-destination', staging);
  await run('tar', ['-xzf', join(staging, file), '-C', staging]);
  const folder = join(staging, 'package');
  bundle(folder);
  const target = resolve(process.argv[2] ?? root);
  await npm(folder, 'pack', '--ignore-scripts', '--silent', '--pack-destination', target);
  process.stdout.write(`${join(target, file)}\n`);
} finally {
  rmSync(staging, { recursive: true, force: true });
}

/** Copies the package into `folder` and makes its dependencies those of the package in `folder`. */
function bundle(folder) {
  const source = join(root, 'node_modules', BUNDLED);
  const target = join(folder, 'node_modules', BUNDLED);
  mkdirSync(target, { recursive: true });
  for (const part of PARTS) cpSync(join(source, part), join(target, part), { recursive: true });
  const {
    scripts: _,
    devDependencies: __,
    gypfile: ___,
    dependencies,
    ...kept
  } = readJson(join(source, 'package.json'));
  writeJson(join(target, 'package.json'), kept);

  const manifest = readJson(join(folder, 'package.json'));
  const needed = Object.entries(dependencies).filter(([name]) => !OF_ITS_SCRIPT.includes(name));
  writeJson(join(folder, 'package.json'), {
    ...manifest,
    dependencies: { ...manifest.dependencies, ...Object.fromEntries(needed), [BUNDLED]: kept.version },
    bundleDependencies: [BUNDLED],
  });
}

function npm(cwd, ...args) {
  const script = process.env.npm_execpath;
  return script?.endsWith('npm-cli.js') ? run(process.execPath, [script, ...args], cwd) : run('npm', args, cwd);
}

async function run(command, args, cwd = staging) {
  const status = await runProgram(command, args, { cwd, stdio: ['inherit', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}`);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
