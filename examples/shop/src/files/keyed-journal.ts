import { randomUUID } from 'node:crypto';
import { SegmentedLog, segmentAt } from './segmented-log.js';

interface Entry<Row> {
  readonly key: string;
  /** Tells the writer whether the row that stands is its own. */
  readonly writeId: string;
  readonly row: Row;
}

interface SegmentState<Row> {
  readonly firstByKey: Map<string, Entry<Row>>;
  offset: number;
}

export interface Put<Row> {
  /** The row that stands under the key: the first ever written. */
  readonly row: Row;
  readonly duplicate: boolean;
}

/** Segments kept in memory: this hour's, the one before, and one more for a late retry. */
const segmentsInMemory = 3;

/**
 * The shop's database: durable rows under a unique key.
 *
 * Why a file and not a table of the engine: the shop must run unchanged on PostgreSQL and on Redis, its data
 * must outlive a change of engine, and a person should be able to open it. The key's uniqueness needs no lock
 * between processes: the log's order decides, the first row of a key stands, and a writer that reads its own
 * row behind another's knows that it came second. So a job that runs twice, even at the same moment in two
 * workers, still makes one row.
 *
 * A key is unique among rows of the same hour and the hour before, by the caller's `at`: pass an instant that
 * does not change between attempts, such as the order's own.
 */
export class KeyedJournal<Row extends object> {
  readonly #log: SegmentedLog;
  readonly #states = new Map<string, SegmentState<Row>>();
  #reading: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#log = new SegmentedLog(folder);
  }

  async put(key: string, at: Date, row: Row): Promise<Put<Row>> {
    const earlier = await this.get(key, at);
    if (earlier !== undefined) return { row: earlier, duplicate: true };
    const writeId = randomUUID();
    const segment = segmentAt(at);
    await this.#log.append(segment, { key, writeId, row } satisfies Entry<Row>);
    const first = (await this.#read(segment)).get(key);
    if (first === undefined)
      throw new Error(`The row ${key} was written to segment ${segment} and cannot be read back`);
    return { row: first.row, duplicate: first.writeId !== writeId };
  }

  async get(key: string, at: Date): Promise<Row | undefined> {
    const now = await this.#read(segmentAt(at));
    const found = now.get(key);
    if (found !== undefined) return found.row;
    const before = await this.#read(segmentAt(new Date(at.getTime() - 3_600_000)));
    return before.get(key)?.row;
  }

  /** Every row that stands in the hour of `at`. */
  async rowsOf(at: Date): Promise<Row[]> {
    return [...(await this.#read(segmentAt(at))).values()].map((entry) => entry.row);
  }

  /** Reads on where the last read ended. One after the other, or two would apply the same records. */
  #read(segment: string): Promise<Map<string, Entry<Row>>> {
    const read = this.#reading.then(async () => {
      const state = this.#states.get(segment) ?? { firstByKey: new Map<string, Entry<Row>>(), offset: 0 };
      // Put back at the end: the map's order is the order of use.
      this.#states.delete(segment);
      this.#states.set(segment, state);
      const { records, nextOffset } = await this.#log.readFrom(segment, state.offset);
      state.offset = nextOffset;
      for (const record of records as Entry<Row>[]) {
        if (!state.firstByKey.has(record.key)) state.firstByKey.set(record.key, record);
      }
      this.#forgetOldStates();
      return state.firstByKey;
    });
    this.#reading = read.catch(() => undefined);
    return read;
  }

  #forgetOldStates(): void {
    for (const segment of this.#states.keys()) {
      if (this.#states.size <= segmentsInMemory) return;
      this.#states.delete(segment);
    }
  }
}
