import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiBasePath, routeNames } from '@drover/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { QueueSystemApiClient, queueSystemApi } from './queue-system-api-client.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let baseUrl: string;
/** One per request; the last one goes on answering. */
let answers: Answer[];
let requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];

const reply =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const refusal = (code: string) => ({ success: false, error: `it is ${code}`, code });

beforeEach(async () => {
  requests = [];
  answers = [reply(200, {})];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
});
afterEach(() => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

const client = (options = {}) => new QueueSystemApiClient({ baseUrl, retryDelayMs: 1, ...options });
/** What a rejected call was rejected with. */
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error,
  );

describe("the guide's client", () => {
  it('has a method for every route', () => {
    for (const name of routeNames) expect(queueSystemApi[name], name).toBeTypeOf('function');
  });

  it('calls each path as the guide writes it', async () => {
    const api = client();
    await api.getSystemHealth();
    await api.getQueueMetrics('email', { history: true, historyLimit: 10 });
    await api.getActiveAlerts({ severity: 'critical', acknowledged: false });
    await api.acknowledgeAlert('a1');
    await api.updateScalingPolicy('email', { minWorkers: 2 });
    await api.getScalingHistory('email', { limit: 5, since: '2026-01-01T00:00:00Z' });
    await api.retryFailedJobs('email', 50);
    await api.recycleWorker('w1', { reason: 'leak', graceful: true });
    expect(requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trim())).toEqual([
      'GET /base/health',
      'GET /base/queues/email/metrics?history=true&historyLimit=10',
      'GET /base/alerts?severity=critical&acknowledged=false',
      'POST /base/alerts/a1/acknowledge',
      'PATCH /base/scaling/policies/email {"minWorkers":2}',
      'GET /base/scaling/history/email?limit=5&since=2026-01-01T00%3A00%3A00Z',
      'POST /base/queues/email/retry-failed?limit=50',
      'POST /base/workers/w1/recycle {"reason":"leak","graceful":true}',
    ]);
  });

  it('calls any route by its name, and those beyond the guide by their inputs', async () => {
    answers = [reply(200, { since: '2026-01-02T03:04:05.000Z' })];
    const trends = await client().call('getTrends', { query: { rangeMs: 60_000 } });
    expect(trends.since).toEqual(new Date('2026-01-02T03:04:05Z'));
    await client().call('updateTimeout', { params: { queueName: 'a/b' }, body: { timeout: 5 } }, { ifMatch: '"3"' });
    expect(requests.at(-1)).toMatchObject({ method: 'PATCH', url: '/base/timeouts/a%2Fb', body: '{"timeout":5}' });
    expect(requests.at(-1)?.headers).toMatchObject({ 'if-match': '"3"' });
    // @ts-expect-error a route about a queue needs its name
    await failureOf(client().call('pauseQueue'));
  });

  it('hands a stream over as it comes', async () => {
    answers = [reply(200, 'retry: 3000', { 'Content-Type': 'text/event-stream' })];
    const response = await client().call('openEvents');
    expect(await response.text()).toBe('retry: 3000');
  });

  it('encodes names', async () => {
    await client().pauseQueue('a/b?c#d %');
    expect(requests[0]?.url).toBe('/base/queues/a%2Fb%3Fc%23d%20%25/pause');
  });

  it('calls the same origin unless told otherwise', async () => {
    const asked: unknown[] = [];
    const fetchedBy = (options: object) =>
      new QueueSystemApiClient({
        ...options,
        fetch: async (input) => {
          asked.push(input);
          return Response.json({});
        },
      }).getDashboardSummary();
    await fetchedBy({});
    await fetchedBy({ baseUrl: '/elsewhere/' });
    expect(asked).toEqual([`${apiBasePath}/dashboard`, '/elsewhere/dashboard']);
  });

  it('turns instants into dates where the types say so, and nothing else', async () => {
    const at = '2026-01-02T03:04:05.000Z';
    answers = [reply(200, [{ queueName: at, timestamp: at, issues: [at], metrics: { timestamp: at } }])];
    expect(await client().getQueuesHealth()).toEqual([
      { queueName: at, timestamp: new Date(at), issues: [at], metrics: { timestamp: new Date(at) } },
    ]);
  });
});

describe('identity', () => {
  it('goes with every call: session, token, headers', async () => {
    await client({ token: 'drv_x', headers: { 'X-Team': 'a' }, getSession: () => ({ user: {} }) }).getStatus();
    expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer drv_x', 'x-team': 'a' });
  });

  it('is asked for anew at each call, for tokens that are renewed', async () => {
    const [tokens, turns] = [
      ['t1', 't2'],
      ['1', '2'],
    ];
    const api = client({ token: async () => tokens.shift(), headers: () => ({ 'X-Turn': turns.shift() }) });
    await api.getStatus();
    await api.getStatus();
    expect(requests.map(({ headers }) => [headers.authorization, headers['x-turn']])).toEqual([
      ['Bearer t1', '1'],
      ['Bearer t2', '2'],
    ]);
  });

  it('does not make a call hang when whoever gives it does', async () => {
    const never = new Promise<never>(() => undefined);
    const error = await failureOf(client({ getSession: () => never, timeoutMs: 20 }).getStatus());
    expect(error).toMatchObject({ code: 'timeout' });
  });

  it('fails a call as the guide does when there is no session', async () => {
    const error = await failureOf(client({ getSession: async () => null }).getStatus());
    expect(error).toMatchObject({ message: 'Not authenticated', code: 'unauthenticated', status: 401 });
    expect(requests).toHaveLength(0);
  });
});

describe('failures', () => {
  it("carry the server's message, code and details", async () => {
    const details = { fields: [{ in: 'body', path: 'timeout', message: 'must be positive' }] };
    answers = [reply(400, { ...refusal('invalid_input'), details })];
    expect(await failureOf(client().updateTimeout('q', { timeout: 0 }))).toMatchObject({
      name: 'ApiError',
      message: 'it is invalid_input',
      code: 'invalid_input',
      status: 400,
      fields: details.fields,
    });
    answers = [reply(403, { ...refusal('forbidden'), details: { requiredRole: 'operator', role: 'viewer' } })];
    expect(await failureOf(client().pauseQueue('q'))).toMatchObject({ status: 403, requiredRole: 'operator' });
  });

  it('are told apart from replies that are not the API', async () => {
    answers = [reply(404, '<html>nginx</html>', { 'Content-Type': 'text/html' })];
    expect(await failureOf(client().getStatus())).toMatchObject({ code: 'bad_reply', status: 404, fields: [] });
    answers = [reply(200, '<html>log in</html>', { 'Content-Type': 'text/html' })];
    expect(await failureOf(client().getStatus())).toMatchObject({ code: 'bad_reply', status: 200 });
  });

  it('of a server that is not there', async () => {
    const error = await failureOf(new QueueSystemApiClient({ baseUrl: 'http://127.0.0.1:1', retries: 0 }).getStatus());
    expect(error).toMatchObject({ code: 'network', status: 0 });
  });

  it('come in time from a server that is silent, also in the middle of its reply', async () => {
    answers = [() => undefined];
    expect(await failureOf(client({ timeoutMs: 30 }).getStatus())).toMatchObject({ code: 'timeout', status: 0 });
    answers = [(_request, response) => void response.writeHead(200).write('{"version":')];
    expect(await failureOf(client().getStatus({ timeoutMs: 30 }))).toMatchObject({ code: 'timeout' });
  });

  it('come at once when the caller gives up, while waiting too', async () => {
    const abort = new AbortController();
    answers = [() => abort.abort()];
    expect(await failureOf(client().getStatus({ signal: abort.signal }))).toMatchObject({ code: 'aborted' });
    const later = new AbortController();
    answers = [
      (request, response) => {
        reply(503, refusal('engine_unavailable'), { 'Retry-After': '5' })(request, response);
        response.on('finish', () => setImmediate(() => later.abort()));
      },
    ];
    expect(await failureOf(client().getStatus({ signal: later.signal }))).toMatchObject({ code: 'aborted' });
  });
});

describe('retries', () => {
  it.each([429, 502, 503, 504])('of a GET after %i, until it succeeds', async (status) => {
    answers = [reply(status, 'gone'), reply(status, refusal('engine_unavailable')), reply(200, { version: '1' })];
    expect(await client().getStatus()).toEqual({ version: '1' });
    expect(requests).toHaveLength(3);
  });

  it('of a GET after a broken connection', async () => {
    answers = [(request) => request.socket.destroy(), reply(200, { version: '1' })];
    expect(await client().getStatus()).toEqual({ version: '1' });
  });

  it('end after the given number, with the last failure', async () => {
    answers = [reply(503, refusal('engine_unavailable'))];
    expect(await failureOf(client({ retries: 3 }).getStatus())).toMatchObject({ status: 503 });
    expect(requests).toHaveLength(4);
  });

  it.each([400, 401, 403, 404, 409, 500, 501])(
    'are not made after %i, which would be the same again',
    async (status) => {
      answers = [reply(status, refusal('internal'))];
      await failureOf(client().getStatus());
      expect(requests).toHaveLength(1);
    },
  );

  it('are never made of a change, whose effect is unknown', async () => {
    answers = [reply(503, refusal('engine_unavailable'))];
    await failureOf(client().retryFailedJobs('q'));
    await failureOf(client().updateTimeout('q', { timeout: 1 }));
    expect(requests).toHaveLength(2);
  });

  it('wait as long as the server asks, and leave a long wait to the caller', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    answers = [reply(503, refusal('engine_unavailable'), { 'Retry-After': '3' }), reply(200, { version: '1' })];
    const call = client().getStatus();
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    // The timeout's timer goes and the wait's comes once the reply is read.
    await vi.advanceTimersByTimeAsync(2_900);
    expect(requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await call).toEqual({ version: '1' });
    answers = [reply(429, refusal('rate_limited'), { 'Retry-After': '60' })];
    expect(await failureOf(client().getStatus())).toMatchObject({ status: 429, retryAfterMs: 60_000 });
  });
});
