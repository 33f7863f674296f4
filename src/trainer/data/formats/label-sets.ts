/** Which classes each image has, where it can have several: one bit for each image and class. */
export class LabelSets {
  readonly #classes: number;
  readonly #bits: Uint8Array;

  /** `sets` has the classes of each image, as indices. */
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

  has(image: number, label: number): boolean {
    const bit = image * this.#classes + label;
    return (this.#bits[bit >> 3]! & (1 << (bit & 7))) !== 0;
  }

  /** Writes 1 for every class an image has and 0 for the others: [classes]. */
  write(image: number, out: Float32Array): void {
    for (let label = 0; label < this.#classes; label++) out[label] = this.has(image, label) ? 1 : 0;
  }
}
