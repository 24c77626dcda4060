import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HttpReceiver, startHttpReceiver } from './testing/http-receiver.js';
import { createWebhookNotifier } from './webhook-notifier.js';

interface Snippet {
  isFromDrover(body: string, header: string, secret: string, toleranceSeconds?: number): boolean;
}

const secret = 'a secret of the two of us';

let folder: string;
let receiver: HttpReceiver;
let snippet: Snippet;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-snippet-'));
  receiver = await startHttpReceiver();
  const page = await readFile(new URL('../../../../docs/alerts.md', import.meta.url), 'utf8');
  const [, code] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const file = join(folder, 'snippet.mjs');
  await writeFile(file, code ?? '');
  snippet = (await import(pathToFileURL(file).href)) as Snippet;
});
afterEach(async () => {
  await receiver.close();
  await rm(folder, { recursive: true });
});

async function received(nowMs: number): Promise<{ body: string; header: string }> {
  const letterhead = { environment: 'test', dashboardUrl: null };
  const config = { type: 'webhook', url: receiver.url, secret } as const;
  const counts = { fired: 0, raised: 0, resolved: 0, firing: 0, critical: 0 };
  const message = { atMs: nowMs, notices: [], counts, omitted: 0 };
  await createWebhookNotifier('ops', config, letterhead, () => nowMs).send({
    id: 'm',
    message,
    repeat: false,
    test: true,
  });
  const [post] = receiver.received;
  return { body: post?.body ?? '', header: String(post?.headers['drover-signature']) };
}

it('takes what Drover sent', async () => {
  const { body, header } = await received(Date.now());
  expect(snippet.isFromDrover(body, header, secret)).toBe(true);
});

it('refuses what was changed, signed by others, kept too long, or not signed', async () => {
  const { body, header } = await received(Date.now());
  expect(snippet.isFromDrover(body.replace('test', 'best'), header, secret)).toBe(false);
  expect(snippet.isFromDrover(body, header, 'another secret of somebody')).toBe(false);
  expect(snippet.isFromDrover(body, header.replace(/t=\d/, 't=9'), secret)).toBe(false);
  expect(snippet.isFromDrover(body, '', secret)).toBe(false);
  receiver.received.length = 0;
  const old = await received(Date.now() - 3_600_000);
  expect(snippet.isFromDrover(old.body, old.header, secret)).toBe(false);
});
