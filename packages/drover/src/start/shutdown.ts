import type { Logger } from 'pino';

/** Ends what was started, last started first. One part that fails to end does not keep the others. */
export class Shutdown {
  private readonly parts: { readonly name: string; readonly end: () => Promise<void> }[] = [];
  private running: Promise<void> | null = null;

  constructor(private readonly log: Logger) {}

  add(name: string, end: () => Promise<void>): void {
    this.parts.push({ name, end });
  }

  /** Resolves when all parts have ended; a second call waits for the first. */
  run(): Promise<void> {
    this.running ??= this.endAll();
    return this.running;
  }

  private async endAll(): Promise<void> {
    for (const { name, end } of this.parts.reverse()) {
      try {
        await end();
      } catch (error) {
        this.log.error({ err: error }, `could not end the ${name} in order`);
      }
    }
  }
}
