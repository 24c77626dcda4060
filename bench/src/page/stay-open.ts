import type { Browser, CDPSession } from '@playwright/test';
import { installProbe, readProbe, waitUntilUsable } from './probe.js';
import type { Dashboard } from './visit.js';

export interface Stay {
  readonly updates: number;
  /** Of the page's heap after a collection, from after the first updates to the end. */
  readonly grownMB: number;
  readonly heapMB: { readonly before: number; readonly after: number };
  /** 0 when no task took 50 ms. */
  readonly longestTaskMs: number;
}

/** By then caches are filled and code is compiled: what grows from here on grows for good. */
const WARM_UP = 60;

/**
 * Leaves a page open for that many updates, one as soon as the one before is drawn: an hour's worth takes a minute.
 * What goes by the clock (a trend each minute) happens as often as that minute allows.
 */
export async function stayOpen(browser: Browser, dashboard: Dashboard, updates: number): Promise<Stay> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const { url, cookie } = dashboard;
    if (cookie) await context.addCookies([{ ...cookie, url }]);
    const page = await context.newPage();
    const inspector = await context.newCDPSession(page);
    await installProbe(page, dashboard.isUsable);
    await page.goto(url, { waitUntil: 'commit' });
    await waitUntilUsable(page);
    for (let update = 0; update < WARM_UP; update++) await dashboard.update(page);
    const before = await heapMB(inspector);
    const sinceMs = await page.evaluate<number>('performance.now()');
    for (let update = 0; update < updates; update++) await dashboard.update(page);
    const { longTasks } = await readProbe(page);
    const after = await heapMB(inspector);
    const during = longTasks.filter(({ startMs }) => startMs >= sinceMs).map(({ durationMs }) => durationMs);
    return { updates, grownMB: after - before, heapMB: { before, after }, longestTaskMs: Math.max(0, ...during) };
  } finally {
    await context.close();
  }
}

async function heapMB(inspector: CDPSession): Promise<number> {
  // Twice: what the first collection finalizes the second frees.
  for (let turn = 0; turn < 2; turn++) await inspector.send('HeapProfiler.collectGarbage');
  const { usedSize } = await inspector.send('Runtime.getHeapUsage');
  return usedSize / 1_048_576;
}
