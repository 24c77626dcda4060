export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

/** Reads the text of an event stream in pieces of any size; calls back once per whole event. */
export class EventParser {
  readonly #onEvent: (event: ServerEvent) => void;
  /** The line that has not ended yet, in its pieces: a snapshot is one line of a megabyte. */
  #unfinished: string[] = [];
  /** A CR at the end of a piece may be half of a CRLF whose LF is still to come. */
  #endedInCr = false;
  #event = '';
  #data: string[] = [];
  #id: string | undefined;

  constructor(onEvent: (event: ServerEvent) => void) {
    this.#onEvent = onEvent;
  }

  push(text: string): void {
    if (text === '') return;
    // The line was finished at the CR already; this LF ends no other one.
    const fresh = this.#endedInCr && text.startsWith('\n') ? text.slice(1) : text;
    this.#endedInCr = text.endsWith('\r');
    // Only what is new is searched, or each piece would cost as much as all before it.
    const lines = fresh.split(/\r\n|\n|\r/);
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const whole = this.#unfinished.length > 0 ? this.#unfinished.join('') + line : line;
      this.#unfinished = [];
      this.#line(whole);
    }
    if (rest !== '') this.#unfinished.push(rest);
  }

  #line(line: string): void {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return; // A comment: the heartbeat.
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id') this.#id = value;
  }

  #dispatch(): void {
    if (this.#data.length > 0) {
      this.#onEvent({ event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id });
    }
    this.#event = '';
    this.#data = [];
  }
}
