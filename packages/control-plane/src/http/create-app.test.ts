import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from './serve.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
let directory: string;
const script = `console.log('${'drover '.repeat(500)}')`;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'drover-dashboard-'));
  const dist = path.join(directory, 'dist');
  mkdirSync(path.join(dist, 'assets'), { recursive: true });
  writeFileSync(path.join(directory, 'secret.txt'), 'secret');
  writeFileSync(path.join(dist, 'index.html'), '<!doctype html><title>Drover</title>');
  writeFileSync(path.join(dist, 'assets', 'index-DiwrgTda.js'), script);
  writeFileSync(path.join(dist, 'assets', 'index-DiwrgTda.js.br'), 'built with brotli');
  writeFileSync(path.join(dist, 'apple-touch-icon.png'), 'png');
  writeFileSync(path.join(dist, '.env'), 'SECRET=1');
  server = await startTestServer({ dashboardDir: dist });
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

/** Bytes on a socket: what no HTTP client would send. */
function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.end(request);
  });
}
const rawGet = (target: string, headers = '') =>
  raw(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);

describe('the dashboard', () => {
  it('is served with a policy that lets no inline script or style in', async () => {
    const response = await fetch(server.url);
    expect(await response.text()).toContain('<title>Drover</title>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('is the same page for every view, but not for a missing file or an unknown API path', async () => {
    const html = { Accept: 'text/html' };
    expect((await fetch(`${server.url}/queues/a%2Fb.c?range=1h`, { headers: html })).status).toBe(200);
    expect((await fetch(`${server.url}/assets/gone.js`)).status).toBe(404);
    const api = await fetch(`${server.url}/api/nothing`, { headers: html });
    expect([api.status, api.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
  });

  it('has assets that are kept for ever, in the form that the build compressed', async () => {
    const target = '/assets/index-DiwrgTda.js';
    const answer = await rawGet(target, 'Accept-Encoding: gzip, br\r\n');
    expect(answer).toMatch(/cache-control: public, max-age=31536000, immutable/i);
    expect(answer).toMatch(/content-encoding: br/i);
    expect(answer).toContain('built with brotli');
    const zipped = await fetch(`${server.url}${target}`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(await zipped.text()).toBe(script);
    const icon = await fetch(`${server.url}/apple-touch-icon.png`);
    expect(icon.headers.get('cache-control')).toBe('no-cache');
  });

  it('is not sent again to whoever has it', async () => {
    const etag = (await fetch(server.url)).headers.get('etag') ?? '';
    expect((await fetch(server.url, { headers: { 'If-None-Match': etag } })).status).toBe(304);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/%00',
    '/.env',
    '//secret.txt',
    '/assets/',
  ])('has nothing at %s', async (target) => {
    const answer = await rawGet(target);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toContain('secret');
    expect(answer).not.toContain('SECRET');
  });
});

describe('any reply', () => {
  it.each([
    '/',
    '/healthz',
    '/nothing',
    '/api/auth/session',
    '/api/admin/queue-system/health',
    '/api/admin/queue-system',
  ])('%s has the security headers', async (target) => {
    const { headers } = await fetch(`${server.url}${target}`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it.each([
    'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
    'GET /\\evil HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: ex ample\r\nConnection: close\r\n\r\n',
    'GET http://[/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'nonsense\r\n\r\n',
  ])('to the malformed request %# is a plain refusal', async (request) => {
    const answer = await raw(request);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toMatch(/at .*\.[jt]s/);
  });

  it('to a body that never says how long it is stops at the limit', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const answer = await raw(
      `POST /api/admin/queue-system/queues/a/pause HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n` +
        `Authorization: ${server.bearer().Authorization}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(6)}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"too_large"');
  });
});

describe('serving', () => {
  it('says what to do when the port is taken', async () => {
    await expect(serve(server.app, { port: server.server.port })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('is in use'),
    });
  });

  it('is on this machine alone unless told otherwise', () => {
    expect(server.server.url).toBe(`http://127.0.0.1:${server.server.port}`);
  });

  it('lets a reply under way finish when it closes', async () => {
    const other = await startTestServer();
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      other.reads.trends = () => {
        resolve();
        return new Promise((finish) => {
          answer = () =>
            finish({
              since: new Date(0),
              stepMs: 1,
              system: { waiting: [], jobsPerMinute: [], errorRate: [], memoryMB: [] },
              queues: {},
            });
        });
      };
    });
    const reply = fetch(`${other.api}/queues/trends`, { headers: other.bearer() });
    await asked;
    const closed = other.close();
    answer();
    expect((await reply).status).toBe(200);
    await closed;
  });
});
