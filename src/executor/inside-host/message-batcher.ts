interface Posted<Message> {
  readonly message: Message;
  readonly resolve: () => void;
}

/**
 * Sends what is posted in one turn of the event loop as one message: between processes each has a price of its own,
 * whatever its length, and slots that are answered by one commit have much to say at once.
 */
export class MessageBatcher<Message> {
  readonly #send: (messages: readonly Message[], onSent: () => void) => void;
  #posted: Posted<Message>[] = [];

  /** `send` calls back when the messages are on their way, or cannot be sent any more. */
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
