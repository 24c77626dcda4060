import { type AuditReply, reviveDates } from '@drover/contract';
import type { AuditEntry } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

const get = (path: string, headers: Record<string, string> = server.bearer()) =>
  fetch(`${server.api}${path}`, { headers });

async function page(query = ''): Promise<AuditReply> {
  const response = await get(`/audit${query}`);
  expect(response.status).toBe(200);
  return reviveDates((await response.json()) as AuditReply, ['entries.*.at']);
}

function entry(index: number, part: Partial<AuditEntry> = {}): AuditEntry {
  return {
    atMs: server.clock.ms + index * 1_000,
    actor: 'user:ada',
    role: 'admin',
    from: '127.0.0.1',
    action: 'policy.update',
    target: `queue:${index}`,
    result: 'done',
    details: { before: { minWorkers: index }, after: { minWorkers: index + 1 } },
    ...part,
  };
}

const post = (path: string, headers: Record<string, string>, body?: string) =>
  fetch(`${server.api}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  });

describe('what is written', () => {
  it('is a change that failed, with its code and what was tried', async () => {
    await post('/workers/w%2F1/recycle', server.bearer(), JSON.stringify({ reason: 'x', surprise: 1 }));
    await server.trail.flush();
    expect(server.audit.entries).toMatchObject([
      {
        actor: 'token:DROVER_API_TOKEN',
        role: 'admin',
        from: '127.0.0.1',
        target: 'worker:w/1',
        result: 'failed',
        details: { code: 'invalid_input', message: expect.stringContaining('surprise') },
      },
    ]);
  });

  it('is a change that was refused, by whom and to what, with the role that it needs', async () => {
    await server.auth.switchRoles({ operator: true, viewer: true });
    const { token, info } = await server.auth.createToken({ name: 'eve', role: 'viewer' });
    for (let count = 0; count < 30; count += 1) await post('/queues/email-sending/pause', server.bearer(token));
    await server.trail.flush();
    const refusals = server.audit.entries.filter(({ result }) => result === 'refused');
    expect(refusals).toMatchObject([
      {
        actor: `token:${info.id}`,
        role: 'viewer',
        target: 'queue:email-sending',
        details: { code: 'forbidden', requiredRole: 'operator' },
      },
    ]);
  });

  it('is a read that was refused, but no read that was answered', async () => {
    await get('/dashboard', {});
    await get('/dashboard');
    await get('/audit/export', {});
    await server.trail.flush();
    expect(server.audit.entries).toMatchObject([
      { actor: 'anonymous', action: 'access', target: 'unknown path', result: 'refused' },
    ]);
  });
});

describe('GET /audit', () => {
  it('answers newest first, page by page, without shifting when entries arrive', async () => {
    await server.audit.append(Array.from({ length: 25 }, (_, index) => entry(index)));
    const first = await page('?limit=10');
    expect(first.entries[0]).toMatchObject({
      at: new Date(server.clock.ms + 24_000),
      target: 'queue:24',
      details: { before: { minWorkers: 24 }, after: { minWorkers: 25 } },
    });
    await server.audit.append([entry(100)]);
    const second = await page(`?limit=10&cursor=${first.nextCursor}`);
    const third = await page(`?limit=10&cursor=${second.nextCursor}`);
    const targets = [...first.entries, ...second.entries, ...third.entries].map(({ target }) => target);
    expect(targets).toEqual(Array.from({ length: 25 }, (_, index) => `queue:${24 - index}`));
    expect(third.nextCursor).toBeUndefined();
  });

  it('filters by who, what, on what, with which result and when', async () => {
    await server.audit.append([
      entry(0),
      entry(1, { actor: 'user:bob' }),
      entry(2, { action: 'queue.pause' }),
      entry(3, { result: 'failed' }),
    ]);
    const targets = async (query: string) => (await page(query)).entries.map(({ target }) => target);
    expect(await targets('?actor=user:bob')).toEqual(['queue:1']);
    expect(await targets('?action=queue.pause')).toEqual(['queue:2']);
    expect(await targets('?target=queue%3A0')).toEqual(['queue:0']);
    expect(await targets('?result=failed')).toEqual(['queue:3']);
    const at = (second: number) => new Date(server.clock.ms + second * 1_000).toISOString();
    expect(await targets(`?since=${at(1)}&until=${at(3)}`)).toEqual(['queue:2', 'queue:1']);
  });

  it('holds what the caller did a moment ago', async () => {
    const failed = post('/queues/email-sending/pause', server.bearer(), '{"no":1}');
    await failed;
    expect((await page()).entries).toMatchObject([{ target: 'queue:email-sending', result: 'failed' }]);
  });

  it.each([
    'limit=0',
    'limit=1001',
    'limit=x',
    'result=maybe',
    'since=yesterday',
    'cursor=%27--',
    `actor=${'x'.repeat(301)}`,
  ])('refuses %s', async (query) => {
    const response = await get(`/audit?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ details: { fields: [{ in: 'query' }] } });
  });
});

describe('GET /audit/export', () => {
  it('streams every entry of the filter as JSON lines, over many pages of the log', async () => {
    await server.audit.append(Array.from({ length: 1_234 }, (_, index) => entry(index)));
    await server.audit.append([entry(5_000, { actor: 'user:bob' })]);
    const response = await get('/audit/export?actor=user:ada');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="drover-audit.jsonl"');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines).toHaveLength(1_234);
    const targets = lines.map((line) => (JSON.parse(line) as { target: string }).target);
    expect(targets).toEqual(Array.from({ length: 1_234 }, (_, index) => `queue:${1_233 - index}`));
    expect(server.audit.entries.at(-1)).toMatchObject({ action: 'audit.export', details: { format: 'jsonl' } });
  });

  it('writes CSV that no spreadsheet runs', async () => {
    await server.audit.append([
      entry(0, { actor: '=HYPERLINK("http://evil")', target: '+1', from: '@SUM(A1)', action: '-2', details: null }),
      entry(1, { target: '\t=1', details: { text: 'a "quoted", \n ü' } }),
    ]);
    const response = await get('/audit/export?format=csv');
    expect(response.headers.get('content-type')).toContain('text/csv');
    const text = await response.text();
    const [head, first = '', second = ''] = text.split('\r\n');
    expect(head).toBe('id,at,actor,role,from,action,target,result,details');
    expect(first).toContain('"\'\t=1"');
    expect(first).toContain('"{""text"":""a \\""quoted\\"", \\n ü""}"');
    expect(second).toContain('"\'=HYPERLINK(""http://evil"")","admin","\'@SUM(A1)","\'-2","\'+1","done",""');
  });

  it('is a fault and no broken file when the engine is away', async () => {
    server.audit.failure = new Error('away');
    const response = await get('/audit/export');
    expect(response.status).toBe(500);
    expect(response.headers.get('content-disposition')).toBeNull();
  });

  it('answers HEAD without a body', async () => {
    const response = await fetch(`${server.api}/audit/export`, { method: 'HEAD', headers: server.bearer() });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});
