import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from '@playwright/test';
import { installProbe, readProbe, waitUntilUsable } from './probe.js';

/** A dashboard as a browser meets it. */
export interface Dashboard {
  readonly url: string;
  readonly cookie?: { readonly name: string; readonly value: string };
  /** Expression that is true once all queues show in the page. */
  readonly isUsable: string;
  /** Brings an update about, or waits for the next one; resolves when the page has it. */
  update(page: Page): Promise<void>;
}

export interface Visit {
  readonly usableMs: number;
  /** CPU time of the main thread until then: what of the wait is the page's, whatever else the machine does. */
  readonly mainThreadCpuMs: number;
  readonly elements: number;
  /** 0 when no task took 50 ms. */
  readonly longestUpdateTaskMs: number;
  /** JS and CSS that the page had loaded when it was usable and quiet. */
  readonly assets: readonly string[];
  readonly transferredBytes: number;
  readonly hosts: readonly string[];
}

/** Long enough for what an update sets off: Bull Board's takes over two seconds. */
const SETTLE_MS = 4_000;

/** Opens the dashboard as somebody who was never there, and stays for that many updates. */
export async function visit(browser: Browser, dashboard: Dashboard, updates: number): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const { url, cookie } = dashboard;
    if (cookie) await context.addCookies([{ ...cookie, url }]);
    const page = await context.newPage();
    const hosts = new Set<string>();
    const problems: string[] = [];
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      // An image that is in the page's own text asks nobody.
      if (protocol !== 'data:') hosts.add(host);
    });
    page.on('pageerror', ({ message }) => problems.push(message));
    const inspector = await context.newCDPSession(page);
    await inspector.send('Performance.enable', { timeDomain: 'threadTicks' });
    await installProbe(page, dashboard.isUsable);
    await page.goto(url, { waitUntil: 'commit' });
    await waitUntilUsable(page);
    const { metrics } = await inspector.send('Performance.getMetrics');
    const mainThreadCpuMs = (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000;
    await sleep(SETTLE_MS);
    const { usableMs } = await readProbe(page);
    const elements = await page.evaluate<number>('document.getElementsByTagName("*").length');
    const loaded = await page.evaluate<{ name: string; encodedBodySize: number }[]>(
      'performance.getEntriesByType("resource").map(({ name, encodedBodySize }) => ({ name, encodedBodySize }))',
    );
    const assets = loaded.filter(({ name }) => /\.(js|css)$/.test(new URL(name).pathname));
    const sinceMs = await page.evaluate<number>('performance.now()');
    for (let update = 0; update < updates; update++) await dashboard.update(page);
    if (updates > 0) await sleep(SETTLE_MS);
    const { longTasks } = await readProbe(page);
    const ofUpdates = longTasks.filter(({ startMs }) => startMs >= sinceMs).map(({ durationMs }) => durationMs);
    if (problems.length > 0) throw new Error(`${url}: ${problems.join('; ')}`);
    return {
      usableMs: usableMs ?? Number.NaN,
      mainThreadCpuMs,
      elements,
      longestUpdateTaskMs: Math.max(0, ...ofUpdates),
      assets: [...new Set(assets.map(({ name }) => name))],
      transferredBytes: assets.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      hosts: [...hosts].sort(),
    };
  } finally {
    await context.close();
  }
}

/** The same compression for everybody: what a server does about it is not the page's size. */
export async function gzippedBytes(urls: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const url of urls) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    bytes += gzipSync(Buffer.from(await response.arrayBuffer()), { level: 9 }).length;
  }
  return bytes;
}
