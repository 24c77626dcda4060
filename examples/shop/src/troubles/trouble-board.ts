import { readFile } from 'node:fs/promises';
import { writeAtomically } from '../files/write-atomically.js';
import { type Trouble, type TroubleName, type Troubles, troubleNames } from './trouble.js';

/**
 * The troubles that are on, in a file that every process of the shop looks at: handlers in Drover's workers have
 * no channel to the shop, and a trouble must outlive a worker that it kills.
 */
export class TroubleBoard {
  readonly #file: string;
  readonly #nowMs: () => number;
  readonly #freshForMs: number;
  #read: Promise<Troubles> | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(file: string, nowMs: () => number = () => Date.now(), freshForMs = 1_000) {
    this.#file = file;
    this.#nowMs = nowMs;
    this.#freshForMs = freshForMs;
  }

  /** The trouble if it is on now; at most a second behind the file. */
  async find(name: TroubleName): Promise<Trouble | undefined> {
    return (await this.all())[name];
  }

  async all(): Promise<Troubles> {
    const now = this.#nowMs();
    if (this.#read === undefined || now - this.#readAtMs >= this.#freshForMs) {
      this.#readAtMs = now;
      this.#read = readTroubles(this.#file);
    }
    const troubles = await this.#read;
    return Object.fromEntries(
      Object.entries(troubles).filter(([, trouble]) => Date.parse(trouble.until) > now),
    ) as Troubles;
  }

  async start(name: TroubleName, trouble: Trouble): Promise<void> {
    await this.#write({ ...(await this.#fresh()), [name]: trouble });
  }

  /** Ends the ones named; resolves to those that were on. */
  async end(names: readonly TroubleName[]): Promise<TroubleName[]> {
    const troubles = await this.#fresh();
    const ended = names.filter((name) => troubles[name] !== undefined);
    for (const name of ended) delete troubles[name];
    await this.#write(troubles);
    return ended;
  }

  #fresh(): Promise<Troubles> {
    this.#read = undefined;
    return this.all();
  }

  async #write(troubles: Troubles): Promise<void> {
    await writeAtomically(this.#file, `${JSON.stringify(troubles, null, 2)}\n`);
    this.#read = undefined;
  }
}

async function readTroubles(file: string): Promise<Troubles> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null) return {};
  return Object.fromEntries(Object.entries(parsed).filter(([name]) => troubleNames.includes(name as TroubleName)));
}
