import { Fault } from '@drover/core';

/** Gives up waiting, not the work: for calls into BullMQ, which waits for a lost engine without end. */
export async function withDeadline<T>(work: Promise<T>, deadlineMs: number, address: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fault = new Fault('engine_timeout', `${address} did not answer in time.`, { retryAfterMs: 2000 });
    timer = setTimeout(() => reject(fault), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
