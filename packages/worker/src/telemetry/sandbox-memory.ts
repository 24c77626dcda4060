import { readFileSync } from 'node:fs';

/** BullMQ's program for a sandboxed child, in its own package and in our bundle. */
const CHILD_PROGRAM = /\/main\.js$/;
const PAGE_BYTES = 4_096;

/**
 * Resident memory of the children that run sandboxed jobs. They come and go inside BullMQ,
 * so they are looked up where Linux lists them; elsewhere they count as nothing.
 */
export function sandboxRssBytes(): number {
  if (process.platform !== 'linux') return 0;
  const children = read(`/proc/self/task/${process.pid}/children`).trim().split(' ');
  return children.filter(isSandbox).reduce((sum, pid) => sum + rssBytes(pid), 0);
}

function isSandbox(pid: string): boolean {
  if (pid === '') return false;
  return read(`/proc/${pid}/cmdline`)
    .split('\0')
    .some((argument) => CHILD_PROGRAM.test(argument));
}

function rssBytes(pid: string): number {
  const [, resident = '0'] = read(`/proc/${pid}/statm`).split(' ');
  return Number(resident) * PAGE_BYTES;
}

/** A process may end between two looks, and a kernel may not list children. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
