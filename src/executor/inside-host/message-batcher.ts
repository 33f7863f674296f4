interface Posted<Message> {
  readonly message: Message;
  readonly resolve: () => void;
}

/**
 * Sends all messages posted in one turn of the event loop as one: between processes, each message has a fixed cost, and slots
 * whose epochs are recorded by one commit all send at the same time.
 */
export class MessageBatcher<Message> {
  readonly #send: (messages: readonly Message[], onSent: () => void) => void;
  #posted: Posted<Message>[] = [];

  /** @param send - calls `onSent` when the messages are on their way, or cannot be sent any more */
  constructor(send: (messages: readonly Message[], onSent: () => void) => void) {
    this.#send = send;
  }

  /** Keeps the order. Resolves when the message is on its way, or cannot be sent any more. */
  post(message: Message): Promise<void> {
    if (this.#posted.length === 0) setImmediate(() => this.#flush());
    return new Promise((resolve) => this.#posted.push({ message, resolve }));
  }

  #flush(): void {
    const posted = this.#posted;
    this.#posted = [];
    this.#send(
      posted.map(({ message }) => message),
      () => {
        for (const { resolve } of posted) resolve();
      },
    );
  }
}
