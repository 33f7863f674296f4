/** The classes of each image of a multi-label dataset: one bit per image and class. */
export class LabelSets {
  readonly #classes: number;
  readonly #bits: Uint8Array;

  /** @param sets - class indices of each image */
  constructor(sets: readonly (readonly number[])[], classes: number) {
    this.#classes = classes;
    this.#bits = new Uint8Array(Math.ceil((sets.length * classes) / 8));
    for (const [image, labels] of sets.entries()) {
      for (const label of labels) {
        const bit = image * classes + label;
        this.#bits[bit >> 3]! |= 1 << (bit & 7);
      }
    }
  }

  /** Whether an image has a class. */
  has(image: number, label: number): boolean {
    const bit = image * this.#classes + label;
    return (this.#bits[bit >> 3]! & (1 << (bit & 7))) !== 0;
  }

  /** Writes the multi-hot vector of an image into `out`, [classes]: 1 for each of its classes, else 0. */
  write(image: number, out: Float32Array): void {
    for (let label = 0; label < this.#classes; label++) out[label] = this.has(image, label) ? 1 : 0;
  }
}
