/** Numbers of epochs as a program prints them. A program that begins with 0 counts from there. */
export class PrintedEpochs {
  #offset: 0 | 1 | undefined;

  /** The epoch counted from 1; `undefined` for anything but a whole number. */
  number(printed: unknown): number | undefined {
    if (!Number.isInteger(printed)) return undefined;
    this.#offset ??= printed === 0 ? 1 : 0;
    return (printed as number) + this.#offset;
  }
}
