/** An event of the stream as bytes: made once, written to everybody who shares its id. */
export class EventFrame {
  /** Id of the event among those of its own kind. */
  readonly id: string;
  readonly bytes: number;
  readonly #body: string;
  #encoded: { readonly id: string; readonly frame: Buffer } | null = null;

  /** JSON has no line breaks of its own, so one `data` line holds it. */
  constructor(event: string, id: string, data: unknown) {
    this.id = id;
    this.#body = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    this.bytes = Buffer.byteLength(this.#body);
  }

  /** The event under an id that also says where its reader stands elsewhere. */
  as(id: string): Buffer {
    if (this.#encoded?.id !== id) this.#encoded = { id, frame: Buffer.from(`id: ${id}\n${this.#body}`) };
    return this.#encoded.frame;
  }
}
