/** A fair semaphore: requests are granted in order, so that a request for all places is not overtaken for ever. */
export class Places {
  readonly size: number;
  #free: number;
  readonly #queue: { readonly count: number; readonly grant: () => void }[] = [];

  constructor(size: number) {
    this.size = size;
    this.#free = size;
  }

  get allFree(): boolean {
    return this.#free === this.size && this.#queue.length === 0;
  }

  take(count: number): Promise<void> {
    return new Promise((grant) => {
      this.#queue.push({ count, grant });
      this.#grantAll();
    });
  }

  give(count: number): void {
    this.#free += count;
    this.#grantAll();
  }

  #grantAll(): void {
    while (this.#queue[0] && this.#queue[0].count <= this.#free) {
      const next = this.#queue.shift()!;
      this.#free -= next.count;
      next.grant();
    }
  }
}
