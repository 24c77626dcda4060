import { readFileSync } from 'node:fs';
import { apiBasePath, authBasePath, routes } from '@drover/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const script = readFileSync(new URL('../public/start.js', import.meta.url), 'utf8');
const sessionPath = `${authBasePath}/session`;
const eventsPath = apiBasePath + routes.openEvents.path;

let asked: string[];
let user: object | undefined;

beforeEach(() => {
  vi.resetModules();
  asked = [];
  user = { email: 'ada@example.com' };
  vi.stubGlobal('document', { hidden: false });
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    return path === sessionPath ? Response.json({ user }) : new Response(`stream ${asked.length}`);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  globalThis.droverEarly = undefined;
});

/** Runs the script as the page does, before any module. */
const start = () => new Function(script)();

it('asks who it is and opens the stream before the application runs, which then takes both', async () => {
  start();
  await vi.waitFor(() => expect(asked).toEqual([sessionPath, eventsPath]));
  const { fetchSession } = await import('./auth/fetch-session.js');
  expect(await fetchSession()).toEqual({ user });
  const { api } = await import('./api.js');
  expect(await (await api.call('openEvents')).text()).toBe('stream 2');
  expect(asked).toHaveLength(2);
  // Once: later ones are asked for anew.
  expect(await (await api.call('openEvents')).text()).toBe('stream 3');
});

it('opens no stream for somebody who is not signed in: it would be refused, and audited', async () => {
  user = undefined;
  start();
  await expect(globalThis.droverEarly?.events).resolves.toBeUndefined();
  expect(asked).toEqual([sessionPath]);
});

it('ends a stream that nobody takes', async () => {
  vi.useFakeTimers();
  const cancel = vi.fn();
  vi.stubGlobal('fetch', async (path: string) =>
    path === sessionPath ? Response.json({ user }) : new Response(new ReadableStream({ cancel })),
  );
  start();
  await import('./early-requests.js');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(cancel).toHaveBeenCalledOnce();
  expect(globalThis.droverEarly?.events).toBeUndefined();
});
