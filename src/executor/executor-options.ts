import type { EventSink } from '../core/trial/events.js';
import type { MemoryParameters } from '../core/trainer/manifest.js';
import type { Params } from '../core/parameters.js';
import type { Decide } from '../core/trial/stopping.js';
import type { CheckpointEvery } from '../core/trainer/training.js';
import type { Device } from './hosts/devices.js';
import type { HostLauncher } from './hosts/host-launcher.js';
import type { HangTimeouts } from './hosts/watchdog.js';

export interface ExecutorOptions {
  readonly training: TrainingSetup;
  readonly folders: SweepFolders;
  readonly hosts: HostSetup;
  readonly limits?: SweepLimits;
  /** Gets every event. The next action waits until the sink has taken the event before it. Not closed by the executor. */
  readonly sink: EventSink;
  /** Stops trials early; default: all run to their end. */
  readonly decide?: Decide | undefined;
  /** Called with messages for the user that are no events. */
  readonly onNotice?: ((message: string) => void) | undefined;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: (() => number) | undefined;
}

/** What trials train with. */
export interface TrainingSetup {
  /** URL of the module that exports `train`. */
  readonly trainer: string;
  /** Parameters that a trial gets where it does not name them. */
  readonly defaults: Params;
  /** See `TrainingContext.settings`; default none. */
  readonly settings?: unknown;
  readonly dataset: string | undefined;
  /** Absolute paths of the files that parameters name, see `TrainingContext.files`; default none. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** How often trainers save a checkpoint inside an epoch; default: only after each epoch. */
  readonly checkpointEvery?: CheckpointEvery | undefined;
  /** The parameters that determine a trial's memory; without them a trial that runs out of memory is only tried exclusively. */
  readonly memory?: MemoryParameters | undefined;
}

/** Absolute paths. Both are made where they are missing. */
export interface SweepFolders {
  /** Holds a folder for each trial, named by its key. */
  readonly checkpointRoot: string;
  /** For files that can be made again. */
  readonly cacheDir: string;
}

/** The hosts that train, and how they are started and watched. */
export interface HostSetup {
  /** One host for each entry; the same device twice gives two isolated hosts on it. */
  readonly devices: readonly Device[];
  /** Trials that a host trains at a time, each in a thread of its own. */
  readonly slots: number;
  /** Cores of the machine, to be shared by the slots. */
  readonly cores: number;
  /** Intra-op threads of TensorFlow for each slot; default: the slots' share of the cores (`threadsPerSlot`). */
  readonly threads?: number | undefined;
  /** Environment variables that hosts inherit. */
  readonly environment: NodeJS.ProcessEnv;
  /** Leaves TensorFlow's log level as it is instead of limiting it to errors. */
  readonly verbose: boolean;
  /** Default: child processes of this process. */
  readonly launcher?: HostLauncher | undefined;
  /** A host that is not ready after this time is killed, its wait for a machine not counted; default 60,000. */
  readonly startTimeoutMs?: number | undefined;
  /** A host that takes longer to close is killed, and so is one whose trial ignores an abort for as long; default 5,000. */
  readonly closeTimeoutMs?: number | undefined;
  /** How long a trial may show no progress; defaults see `HangTimeouts`. */
  readonly hangTimeouts?: Partial<HangTimeouts> | undefined;
  /** Called with each line that a host prints; default: the last lines are only kept to explain a crash. */
  readonly onOutput?: ((device: string, line: string) => void) | undefined;
}

export interface SweepLimits {
  /** How many attempts at a trial may hang or crash before it fails, those of earlier runs included; default 2. */
  readonly maxAttempts?: number | undefined;
  /** A trial that trains for longer in this run is ended, in milliseconds; default: none is. */
  readonly maxTrialTimeMs?: number | undefined;
  /** The sweep is interrupted after this time; default: never. */
  readonly maxTimeMs?: number | undefined;
}
