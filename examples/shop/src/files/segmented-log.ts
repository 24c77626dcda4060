import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of an hour's segment: `2026-11-23T15`. Sorts by time. */
export function segmentAt(at: Date): string {
  return at.toISOString().slice(0, 13);
}

export interface LogRead {
  readonly records: readonly unknown[];
  /** Where to read on. Never inside a record. */
  readonly nextOffset: number;
}

interface Group {
  lines: string[];
  written: Promise<void>;
}

/**
 * Append-only JSON lines in one file per hour, shared by any number of processes.
 *
 * A record is durable (fdatasync) when `append` resolves, and appends never mix: each is one write to a
 * file opened with O_APPEND, which the kernel does under the file's lock. Their order in the file is the
 * one truth that all processes agree on. A record torn by a crash spoils only itself: the next one starts
 * with a line break of its own, and readers pass over lines that are not JSON.
 */
export class SegmentedLog {
  readonly #folder: string;
  readonly #groups = new Map<string, Group>();
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Appends that arrive while another is being written share the next write and its fdatasync. */
  append(segment: string, record: object): Promise<void> {
    const line = `\n${JSON.stringify(record)}\n`;
    const gathering = this.#groups.get(segment);
    if (gathering !== undefined) {
      gathering.lines.push(line);
      return gathering.written;
    }
    const lines = [line];
    const written = this.#lastWrite.then(() => {
      this.#groups.delete(segment);
      return this.#write(segment, lines.join(''));
    });
    this.#lastWrite = written.catch(() => undefined);
    this.#groups.set(segment, { lines, written });
    return written;
  }

  /** The complete records behind `offset`; none when the segment does not exist. */
  async readFrom(segment: string, offset: number): Promise<LogRead> {
    const file = await open(this.#pathOf(segment), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (file === undefined) return { records: [], nextOffset: offset };
    try {
      const { size } = await file.stat();
      if (size <= offset) return { records: [], nextOffset: offset };
      const bytes = Buffer.alloc(size - offset);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
      const end = bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
      return { records: parseLines(bytes.subarray(0, end).toString('utf8')), nextOffset: offset + end };
    } finally {
      await file.close();
    }
  }

  /** Names of the segments on disk, oldest first. */
  async segments(): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => name.slice(0, -'.jsonl'.length))
      .sort();
  }

  async #write(segment: string, text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const file = await open(this.#pathOf(segment), 'a');
    try {
      const bytes = Buffer.from(text);
      // One write call, or a record of another process could land in the middle of ours.
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten < bytes.length)
        throw new Error(`The disk took ${bytesWritten} of ${bytes.length} bytes for ${segment}`);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  #pathOf(segment: string): string {
    return join(this.#folder, `${segment}.jsonl`);
  }
}

function parseLines(text: string): unknown[] {
  const records: unknown[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      records.push(JSON.parse(line));
    } catch {
      // Torn by a crash in mid-write. Its writer never reported success, so nothing promised is lost.
    }
  }
  return records;
}
