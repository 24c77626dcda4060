import type { Page } from '@playwright/test';

const LONGEST_WAIT_MS = 60_000;

/** What the probe found in a page, in ms of the page's own clock, which starts with its navigation. */
export interface Probed {
  /** When a frame that shows the queues had been drawn. */
  readonly usableMs: number | null;
  /** Tasks that held the main thread for 50 ms or longer; shorter ones are not told. */
  readonly longTasks: readonly { readonly startMs: number; readonly durationMs: number }[];
}

/**
 * Installs the probe in every document that the page loads, before its own scripts. As text:
 * what compiles TypeScript here puts helpers into functions that a page does not have.
 * @param isUsable expression that is true once the queues show
 */
export async function installProbe(page: Page, isUsable: string): Promise<void> {
  await page.addInitScript(`{
    const probed = { usableMs: null, longTasks: [] };
    window.drover_bench = probed;
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        probed.longTasks.push({ startMs: startTime, durationMs: duration });
    }).observe({ type: 'longtask', buffered: true });
    const look = () => {
      if (!(${isUsable})) requestAnimationFrame(look);
      // A task of its own runs after the frame was drawn; this callback runs before.
      else setTimeout(() => { probed.usableMs = performance.now(); });
    };
    requestAnimationFrame(look);
  }`);
}

export function readProbe(page: Page): Promise<Probed> {
  return page.evaluate('window.drover_bench');
}

export async function waitUntilUsable(page: Page): Promise<void> {
  await waitInPage(page, 'window.drover_bench.usableMs !== null');
}

/** Looks at every frame. Playwright's own `waitForFunction` needs `eval`, which our pages forbid. */
export async function waitInPage(page: Page, expression: string): Promise<void> {
  await page.evaluate(`new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('The page did not get there.')), ${LONGEST_WAIT_MS});
    const look = () => { ${expression} ? resolve() : requestAnimationFrame(look); };
    look();
  })`);
}
