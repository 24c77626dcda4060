import { describe, expect, it } from 'vitest';
import { buildPath, matchRoute } from './paths.js';
import { type Route, routeNames, routes } from './routes.js';

const hostileNames = ['a/b', 'a%2Fb', 'größe der Bilder', '50%', 'a b', 'metrics', 'health', 'x'.repeat(200), '?a=b#c'];

function match(method: string, path: string) {
  const result = matchRoute(method, path);
  if (result.kind !== 'match') throw new Error(`${method} ${path}: ${result.kind}`);
  return result.match;
}

describe('building and matching paths', () => {
  it.each(routeNames)('%s: its own path leads back to it', (name) => {
    const route: Route = routes[name];
    const path = route.path.replace(/:\w+/g, 'some-name');
    expect(match(route.method, path).name).toBe(name);
  });

  it.each(hostileNames)('a queue named %j survives the way through a URL', (queueName) => {
    const path = buildPath('getQueueMetrics', { queueName });
    const url = new URL(`http://host/base${path}`);
    const found = match('GET', url.pathname.slice('/base'.length));
    expect(found.name).toBe('getQueueMetrics');
    expect(found.params).toEqual({ queueName });
  });

  it.each(['a/b', 'größe', 'a b', '50%', 'a/metrics'])(
    'a queue named %j is found when it comes unencoded',
    (queueName) => {
      const url = new URL(`http://host/queues/${queueName}/metrics`);
      expect(match('GET', url.pathname).params).toEqual({ queueName });
    },
  );

  it('keeps the name as it stood in the path beside the decoded one', () => {
    expect(match('GET', '/queues/100%25/metrics')).toMatchObject({
      params: { queueName: '100%' },
      rawParams: { queueName: '100%25' },
    });
  });

  it('names the methods that a path allows', () => {
    expect(matchRoute('DELETE', '/queues/a/pause')).toEqual({ kind: 'method_not_allowed', allow: ['POST'] });
    expect(matchRoute('POST', '/queues/health')).toEqual({ kind: 'method_not_allowed', allow: ['GET'] });
    expect(matchRoute('GET', '/nowhere')).toEqual({ kind: 'not_found' });
    expect(matchRoute('GET', '/constructor')).toEqual({ kind: 'not_found' });
  });

  it('answers HEAD where it answers GET', () => {
    expect(match('HEAD', '/health').name).toBe('getSystemHealth');
  });

  it('leaves out undefined query values and writes instants as ISO 8601', () => {
    const since = new Date('2026-01-02T03:04:05.000Z');
    expect(buildPath('getQueueMetrics', { queueName: 'q' }, { history: true, since })).toBe(
      '/queues/q/metrics?history=true&since=2026-01-02T03%3A04%3A05.000Z',
    );
    expect(buildPath('retryFailedJobs', { queueName: 'q' }, {})).toBe('/queues/q/retry-failed');
  });

  it('refuses an empty name, which would address another route', () => {
    expect(() => buildPath('pauseQueue', { queueName: '' })).toThrow(/queueName/);
  });
});

describe('the table of routes', () => {
  const changes = routeNames.filter((name) => {
    const { method, asks }: Route = routes[name];
    return method !== 'GET' && asks !== true;
  });

  it.each(changes)('%s: has a name in the audit log, of a thing and a verb', (name) => {
    const { audit }: Route = routes[name];
    expect(audit).toMatch(/^[a-z]+\.[a-z]+$/);
  });
});
