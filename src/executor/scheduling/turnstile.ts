/** Lets many in together, or one alone, in the order in which they ask. */
export class Turnstile {
  readonly #waiting: { readonly alone: boolean; readonly admit: () => void }[] = [];
  #inside = 0;
  #insideAlone = false;

  /** Resolves when it is one's turn, with the function to call on leaving. */
  enter({ alone }: { readonly alone: boolean }): Promise<() => void> {
    return new Promise((resolve) => {
      const admit = (): void => {
        this.#inside++;
        this.#insideAlone = alone;
        resolve(() => this.#leave());
      };
      this.#waiting.push({ alone, admit });
      this.#admitNext();
    });
  }

  #leave(): void {
    this.#inside--;
    this.#insideAlone = false;
    this.#admitNext();
  }

  #admitNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next.alone ? this.#inside > 0 : this.#insideAlone) return;
      this.#waiting.shift();
      next.admit();
    }
  }
}
