/** Arguments of a call that a pickle asks for, and the name of the function: `torch._utils._rebuild_tensor_v2`. */
export interface PickleCalls {
  /** Stands for the call of a function of a Python module. Throws for a function that is not expected. */
  readonly call: (name: string, args: readonly unknown[]) => unknown;
  /** Stands for an object that is stored outside of the pickle. */
  readonly load: (id: unknown) => unknown;
}

/** The name of something in a Python module. It is never imported. */
export class PickleGlobal {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Reads one pickle of protocol 2 as data: dictionaries become maps, lists and tuples become arrays, `None` becomes undefined,
 * long integers become bigints. Nothing that the pickle names is run. Knows the instructions that a PyTorch state dictionary
 * is made of.
 *
 * @param start - byte at which the pickle begins
 * @returns the value, and the byte after the pickle
 * @throws {RangeError} for a pickle that ends early; {TypeError} for an unknown instruction; and what `call` throws
 */
export function readPickle(bytes: Buffer, start: number, { call, load }: PickleCalls): { value: unknown; end: number } {
  const stack: unknown[] = [];
  const marks: number[] = [];
  const memo = new Map<number, unknown>();
  let at = start;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError(`the pickle ends at byte ${bytes.length}`);
    return bytes.subarray(at, (at += length));
  };
  const line = (): string => {
    const end = bytes.indexOf('\n', at);
    if (end < 0) throw new RangeError('the pickle ends within a name');
    return take(end + 1 - at)
      .subarray(0, -1)
      .toString('utf8');
  };
  const pop = (): unknown => {
    if (stack.length === 0) throw new TypeError('an instruction of the pickle has no operand');
    return stack.pop();
  };
  const sinceMark = (): unknown[] => stack.splice(marks.pop() ?? stack.length);
  const top = (): unknown => stack.at(-1);
  const setItems = (items: readonly unknown[]): void => {
    const map = top();
    if (!(map instanceof Map)) throw new TypeError('the pickle sets items of something that is not a dictionary');
    for (let index = 0; index < items.length; index += 2) map.set(items[index], items[index + 1]);
  };
  const append = (items: readonly unknown[]): void => {
    const list = top();
    if (!Array.isArray(list)) throw new TypeError('the pickle appends to something that is not a list');
    for (const item of items) list.push(item);
  };
  const instructions: Readonly<Record<string, () => void>> = {
    '\x80': () => void take(1), // PROTO
    '(': () => void marks.push(stack.length),
    N: () => void stack.push(undefined),
    '\x88': () => void stack.push(true),
    '\x89': () => void stack.push(false),
    K: () => void stack.push(take(1).readUInt8()),
    M: () => void stack.push(take(2).readUInt16LE()),
    J: () => void stack.push(take(4).readInt32LE()),
    '\x8a': () => void stack.push(bigintOf(take(take(1).readUInt8()))),
    X: () => void stack.push(take(take(4).readUInt32LE()).toString('utf8')),
    '}': () => void stack.push(new Map()),
    ']': () => void stack.push([]),
    ')': () => void stack.push([]),
    '\x85': () => void stack.push([pop()]),
    '\x86': () => void stack.push([pop(), pop()].reverse()),
    '\x87': () => void stack.push([pop(), pop(), pop()].reverse()),
    t: () => void stack.push(sinceMark()),
    s: () => setItems([pop(), pop()].reverse()),
    u: () => setItems(sinceMark()),
    a: () => append([pop()]),
    e: () => append(sinceMark()),
    q: () => void memo.set(take(1).readUInt8(), top()),
    r: () => void memo.set(take(4).readUInt32LE(), top()),
    h: () => void stack.push(memo.get(take(1).readUInt8())),
    j: () => void stack.push(memo.get(take(4).readUInt32LE())),
    c: () => void stack.push(new PickleGlobal(`${line()}.${line()}`)),
    R() {
      const [args, target] = [pop(), pop()];
      if (!(target instanceof PickleGlobal) || !Array.isArray(args))
        throw new TypeError('the pickle calls no function');
      stack.push(call(target.name, args));
    },
    Q: () => void stack.push(load(pop())),
    // BUILD sets attributes of an object. None of them is a weight.
    b: () => void pop(),
  };
  for (;;) {
    const code = take(1).toString('latin1');
    if (code === '.') return { value: pop(), end: at };
    const run = Object.hasOwn(instructions, code) ? instructions[code] : undefined;
    if (run === undefined) throw new TypeError(`the pickle has the unknown instruction ${JSON.stringify(code)}`);
    run();
  }
}

/** A little-endian integer. Negative ones do not occur. */
function bigintOf(bytes: Buffer): bigint {
  return bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
}
