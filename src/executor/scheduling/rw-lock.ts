/** A fair readers-writer lock: many holders share it, or one has it exclusively, in the order of their requests. */
export class RwLock {
  readonly #waiting: { readonly exclusive: boolean; readonly grant: () => void }[] = [];
  #holders = 0;
  #heldExclusively = false;

  /** Resolves with the function that releases the lock, once it is held. */
  acquire({ exclusive }: { readonly exclusive: boolean }): Promise<() => void> {
    return new Promise((resolve) => {
      const grant = (): void => {
        this.#holders++;
        this.#heldExclusively = exclusive;
        resolve(() => this.#release());
      };
      this.#waiting.push({ exclusive, grant });
      this.#grantNext();
    });
  }

  #release(): void {
    this.#holders--;
    this.#heldExclusively = false;
    this.#grantNext();
  }

  #grantNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next.exclusive ? this.#holders > 0 : this.#heldExclusively) return;
      this.#waiting.shift();
      next.grant();
    }
  }
}
