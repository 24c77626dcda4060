import { chromium } from '@playwright/test';
import { startServer } from './http/start-server.js';
import { drawChart } from './page/draw-chart.js';
import { waitInPage } from './page/probe.js';
import { startDashboard } from './page/start-dashboard.js';
import { stayOpen } from './page/stay-open.js';
import { type Dashboard, gzippedBytes, type Visit, visit } from './page/visit.js';
import { startBenchRedis } from './redis-server.js';
import { median, round, spread, writeResult } from './result.js';

/** What a browser has to do to show 1,000 queues and keep them up to date: ours and Bull Board's page. */
const QUEUES = 1_000;
const ROUNDS = 3;
const UPDATES = 2;
/** An hour at a tick of five seconds. */
const HOUR_UPDATES = 720;

const redis = await startBenchRedis();
const board = await startServer('bull-board', { queues: QUEUES, redisUrl: redis.url });
const control = await startDashboard(QUEUES);
const browser = await chromium.launch({
  executablePath: process.env.DROVER_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    // Nobody waits for a host that is not here: Bull Board's fonts fail at once, which is its best case.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
});
try {
  const ours = droverPage();
  const theirs = bullBoardPage();
  // The first visits warm up the servers and the browser.
  await visit(browser, ours, 0);
  await visit(browser, theirs, 0);
  const rounds: { drover: Visit; bullBoard: Visit }[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) {
    rounds.push({ drover: await visit(browser, ours, UPDATES), bullBoard: await visit(browser, theirs, UPDATES) });
  }
  const hour = await stayOpen(browser, ours, HOUR_UPDATES);
  const chart = await drawChart(browser, 10, 2_000);
  const drover = await summary(rounds.map((turn) => turn.drover));
  const bullBoard = await summary(rounds.map((turn) => turn.bullBoard));
  const foreign = drover.hosts.filter((host) => host !== new URL(ours.url).host);
  writeResult(
    'page',
    [
      { name: '1,000 queues usable, ms', value: drover.usableMs.median, limit: 600, is: 'atMost' },
      {
        name: "1,000 queues usable, of Bull Board's",
        value: median(rounds.map((turn) => turn.drover.usableMs / turn.bullBoard.usableMs)),
        limit: 0.1,
        is: 'atMost',
      },
      { name: 'DOM elements', value: drover.elements.max, limit: 3_000, is: 'atMost' },
      { name: 'longest task at an update, ms', value: drover.longestUpdateTaskMs.max, limit: 200, is: 'atMost' },
      { name: 'first load, JS and CSS gzipped, KB (aim)', value: drover.gzippedKB, limit: 110, is: 'atMost' },
      { name: 'first load, JS and CSS gzipped, KB (limit)', value: drover.gzippedKB, limit: 150, is: 'atMost' },
      { name: 'heap grown by an hour of updates, MB', value: hour.grownMB, limit: 10, is: 'atMost' },
      { name: 'longest task in an hour of updates, ms', value: hour.longestTaskMs, limit: 200, is: 'atMost' },
      { name: 'chart of 10 series × 2,000 points, first drawn, ms', value: chart.firstMs, limit: 100, is: 'atMost' },
      {
        name: 'chart of 10 series × 2,000 points, other numbers, ms',
        value: median(chart.againMs),
        limit: 100,
        is: 'atMost',
      },
      { name: 'hosts contacted besides ours', value: foreign.length, limit: 0, is: 'atMost' },
    ],
    {
      queues: QUEUES,
      updatesAVisit: UPDATES,
      chromium: browser.version(),
      drover,
      bullBoard,
      hour,
      chart: { ...chart, againMs: spread(chart.againMs) },
    },
  );
} finally {
  await browser.close();
  await Promise.all([control.stop(), board.stop()]);
  await redis.stop();
}

/** The overview, signed in: its first rows are there and its list counts all queues. */
function droverPage(): Dashboard {
  let seq = 1;
  const rows = `document.querySelector('table.qtable tbody')?.textContent`;
  return {
    url: `${control.url}/`,
    cookie: control.cookie,
    isUsable: `document.querySelector('tr.qrow') && document.body.textContent.includes('1,000 queues')`,
    async update(page) {
      const before = await page.evaluate<string>(rows);
      // Every number of every queue changes, which is our worst case.
      control.tick(++seq);
      await waitInPage(page, `${rows} !== ${JSON.stringify(before)}`);
    },
  };
}

/** Its overview, which draws a card for every queue. It polls every 5 s, and nothing has changed then: its best case. */
function bullBoardPage(): Dashboard {
  return {
    url: `${board.url}/board`,
    isUsable: `document.querySelectorAll('main a[href^="/board/queue/"]').length >= ${QUEUES}`,
    async update(page) {
      const reply = await page.waitForResponse((response) => response.url().includes('/board/api/queues'));
      await reply.finished();
    },
  };
}

async function summary(visits: readonly Visit[]) {
  const assets = visits[0]?.assets ?? [];
  return {
    usableMs: spread(visits.map((one) => one.usableMs)),
    mainThreadCpuMs: spread(visits.map((one) => one.mainThreadCpuMs)),
    elements: spread(visits.map((one) => one.elements)),
    longestUpdateTaskMs: spread(visits.map((one) => one.longestUpdateTaskMs)),
    gzippedKB: round((await gzippedBytes(assets)) / 1_000),
    transferredKB: round((visits[0]?.transferredBytes ?? Number.NaN) / 1_000),
    hosts: [...new Set(visits.flatMap((one) => one.hosts))],
  };
}
