import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut, so that output without line ends does not fill the memory. In UTF-16 units. */
const MAX_LINE = 1_000_000;

/** Splits what a program prints into lines. A carriage return ends a line too: progress bars draw over themselves with it. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** The lines that are complete with this chunk. Bytes that are not UTF-8 become replacement characters. */
  push(chunk: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(chunk)).split(/\r\n|[\r\n]/);
    this.#rest = lines.pop()!;
    if (this.#rest.length > MAX_LINE) {
      lines.push(this.#rest);
      this.#rest = '';
    }
    return lines;
  }

  /** What follows the last line end; none if it is empty. */
  end(): string[] {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}
