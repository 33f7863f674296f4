/** How a search program is measured: one JSON object a line on its standard input, one answer for each. See docs/samplers.md. */
export type Message =
  | {
      readonly op: 'start';
      /** `null`: the harness offers every trial itself. */
      readonly space: readonly ProtocolAxis[] | null;
      readonly seed: number;
      /** Trials at a time. */
      readonly slots: number;
      /** About how many trials there will be. */
      readonly trials: number;
      /** Reports of a whole training; 1: none. */
      readonly resource: number;
      readonly goal: 'minimize';
    }
  | { readonly op: 'ask'; readonly params?: Readonly<Record<string, ProtocolValue>>; readonly closed?: boolean }
  | {
      readonly op: 'report';
      readonly id: number;
      readonly resource: number;
      readonly value: number;
      /** Seconds that this epoch took. */
      readonly cost: number;
    }
  | {
      readonly op: 'tell';
      readonly id: number;
      readonly state: 'completed' | 'stopped' | 'failed';
      /** Best of the reports. */
      readonly value: number;
      readonly cost: number;
    }
  | { readonly op: 'end' };

export type Answer =
  | { readonly ok: true }
  | { readonly id: number; readonly params?: Readonly<Record<string, ProtocolValue>> }
  | { readonly done: true }
  | { readonly decision: Decision };

export type Decision = 'continue' | 'stop' | 'pause';

export type ProtocolValue = string | number | boolean | null;

export type ProtocolAxis = { readonly name: string } & (
  | { readonly type: 'float' | 'int'; readonly low: number; readonly high: number; readonly log: boolean }
  /** Values of `ordinal` are numbers in rising order. */
  | { readonly type: 'ordinal' | 'categorical'; readonly values: readonly ProtocolValue[] }
);
