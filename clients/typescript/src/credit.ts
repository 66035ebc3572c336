/** How many records one call of a stream may have in flight. */

/** A batch has more records than the service takes at once. */
export class BatchTooLarge extends Error {
  override readonly name: string = "BatchTooLarge";

  /** `credit` is how many records the service takes. */
  constructor(
    records: number,
    readonly credit: number,
  ) {
    super(`a batch has ${records} records, and the service takes ${credit} at once`);
  }
}

/** The server's word on what may be in flight. Closed, it lets nobody wait any longer. */
export class Credit {
  #credit: number | undefined;
  #inFlight = 0;
  #closed = false;
  #wake: () => void = () => {};
  #changed = this.#nextChange();

  /** Takes the server's word, given with the acknowledgement of that many records. */
  grant(credit: number, acknowledged: number): void {
    this.#credit = credit;
    this.#inFlight -= acknowledged;
    this.#tell();
  }

  /** Waits until so many more may fly; false when closed. Throws `BatchTooLarge` when they never may. */
  async take(records: number): Promise<boolean> {
    while (!this.#closed) {
      if (this.#credit !== undefined) {
        if (this.#inFlight + records <= this.#credit) {
          this.#inFlight += records;
          return true;
        }
        if (this.#inFlight === 0) throw new BatchTooLarge(records, this.#credit);
      }
      await this.#changed;
    }
    return false;
  }

  /** Ends all waiting. */
  close(): void {
    this.#closed = true;
    this.#tell();
  }

  #tell(): void {
    this.#wake();
    this.#changed = this.#nextChange();
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
