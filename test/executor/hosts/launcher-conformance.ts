import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostExit, HostLauncher, HostLink, HostSpec } from '../../../src/executor/hosts/host-launcher.js';
import type { HostReply, Task } from '../../../src/executor/hosts/messages.js';
import { DEFAULT_HANG_TIMEOUTS } from '../../../src/executor/hosts/watchdog.js';
import { CPU, isAlive, preloading, temporaryFolder, trainer } from '../rig.js';

const DEADLINE = { timeout: 60_000 };

/** The contract of a `HostLauncher`, as tests on real hosts. */
export function testLauncher(name: string, make: () => HostLauncher): void {
  test(
    `${name}: a host starts, introduces itself and exits with status 0 when it is told to shut down`,
    DEADLINE,
    async () => {
      const host = launch(make());
      await host.link.started;
      const { pid, node, machine } = await host.reply('ready');
      assert.ok(isAlive(pid));
      assert.ok(node.length > 0);
      assert.ok(machine.cores > 0 && machine.cpu.length > 0);
      assert.deepEqual(machine.gpus, []);
      host.link.send([{ type: 'shutdown' }], () => undefined);
      assert.deepEqual(await host.link.exited, { cause: 'status', status: 0 });
      assert.equal(isAlive(pid), false);
    },
  );

  test(`${name}: messages arrive in both directions and in order, and lines of output too`, DEADLINE, async () => {
    const host = launch(make());
    await host.reply('ready');
    let sent = 0;
    host.link.send([{ type: 'run', slot: 0, task: await task() }], () => sent++);
    for (let epoch = 1; epoch <= 2; epoch++) {
      await host.reply('report', ({ report }) => report.epoch === epoch);
      host.link.send([{ type: 'decide', slot: 0, decision: 'continue' }], () => sent++);
    }
    assert.deepEqual((await host.reply('ended')).outcome, { type: 'returned' });
    host.link.send([{ type: 'shutdown' }], () => sent++);
    await host.link.exited;
    assert.equal(sent, 4);
    assert.deepEqual(
      host.replies.flatMap((reply) => (reply.type === 'report' ? [reply.report.epoch] : [])),
      [1, 2],
    );
  });

  test(`${name}: the exit tells status, signal and last lines of a host that ends by itself`, DEADLINE, async () => {
    const exits = launch(make(), { environment: await preloading(`console.error('no driver'); process.exit(7);`) });
    assert.deepEqual(await exits.link.exited, { cause: 'status', status: 7 });
    assert.deepEqual(exits.lines, ['no driver']);

    const crashes = launch(make());
    const { pid } = await crashes.reply('ready');
    process.kill(pid, 'SIGSEGV');
    assert.deepEqual(await crashes.link.exited, { cause: 'signal', signal: 'SIGSEGV' });
  });

  test(`${name}: a host is killed at once, also twice, and messages to it are dropped`, DEADLINE, async () => {
    const host = launch(make());
    const { pid } = await host.reply('ready');
    host.link.kill();
    host.link.kill();
    assert.deepEqual(await host.link.exited, { cause: 'signal', signal: 'SIGKILL' });
    assert.equal(isAlive(pid), false);
    host.link.kill();
    await new Promise<void>((resolve) => host.link.send([{ type: 'shutdown' }], resolve));
  });
}

interface LaunchedHost {
  readonly link: HostLink;
  readonly replies: HostReply[];
  readonly lines: string[];
  /** Resolves with the first reply of this type, past or future, that matches; rejects where the host exits before. */
  reply<Type extends HostReply['type']>(
    type: Type,
    matches?: (reply: ReplyOf<Type>) => boolean,
  ): Promise<ReplyOf<Type>>;
}

type ReplyOf<Type extends HostReply['type']> = Extract<HostReply, { readonly type: Type }>;

function launch(launcher: HostLauncher, changes: Partial<HostSpec> = {}): LaunchedHost {
  const replies: HostReply[] = [];
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  const spec = {
    ...{ device: CPU, slots: 1, hangTimeouts: DEFAULT_HANG_TIMEOUTS, ...changes },
    environment: { ...(changes.environment ?? process.env), CUDA_VISIBLE_DEVICES: '' },
  };
  const link = launcher.launch(spec, {
    onWaiting: () => undefined,
    onReplies: (received) => {
      replies.push(...received);
      for (const watcher of watchers) watcher();
    },
    onLine: (line) => lines.push(line),
    onDisconnect: () => undefined,
  });
  return {
    link,
    replies,
    lines,
    reply: (type, matches = () => true) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = replies.find(
            (reply): reply is ReplyOf<typeof type> => reply.type === type && matches(reply as ReplyOf<typeof type>),
          );
          if (found !== undefined) resolve(found);
        };
        watchers.add(look);
        look();
        void link.exited.then((exit: HostExit) => reject(new Error(`the host exited: ${JSON.stringify(exit)}`)));
      }),
  };
}

async function task(): Promise<Task> {
  const folder = await temporaryFolder();
  return {
    ...{ trainer: trainer('steady'), params: { epochs: 2 }, seed: 1, device: 'cpu:0', dataset: undefined, files: {} },
    ...{ checkpointDir: `${folder}/trial`, cacheDir: folder, recordedEpochs: 0 },
    ...{ checkpointEvery: undefined, microBatch: undefined },
  };
}
