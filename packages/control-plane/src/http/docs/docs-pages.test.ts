import { apiBasePath, routeNames } from '@drover/contract';
import { openApiDocument } from '@drover/contract/openapi';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/test-server.js';
import { html } from './html.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = server.bearer()) =>
  fetch(`${server.api}${path}`, { headers, redirect: 'manual' });

describe('the OpenAPI document', () => {
  it('is served as it is made from the table, and is valid OpenAPI 3.1', async () => {
    const document = (await (await get('/openapi.json')).json()) as Record<string, unknown>;
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument({ version: '0.1.0' }))));
    const result = await new Validator().validate(document);
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  it('is not for everybody', async () => {
    expect((await get('/openapi.json', {})).status).toBe(401);
    const { token } = await server.auth.createToken({ name: 'looks', role: 'viewer' });
    expect((await get('/openapi.json', server.bearer(token))).status).toBe(403);
  });
});

describe('the page', () => {
  it('tells each call with its words, its failures and a command to try', async () => {
    const response = await get('/docs');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const text = await response.text();
    for (const name of routeNames) expect(text).toContain(`<article id="${name}"`);
    expect(text).toContain('curl -X POST');
    expect(text).toContain('engine_unavailable');
  });

  it('needs nothing of another host, and no inline script or style', async () => {
    const text = await (await get('/docs')).text();
    expect(text).not.toMatch(/<style|style="|<script>|onclick=|(src|href)="(https?:)?\/\//);
    const files = [...text.matchAll(/(?:src|href)="(?!data:)([^"#]+)"/g)].map(([, file]) => file ?? '');
    expect(new Set(files)).toEqual(new Set(['docs/page.css', 'docs/page.js', 'openapi.json']));
    for (const file of files) expect((await get(`/${file}`)).status, file).toBe(200);
  });

  it('links only to what it holds', async () => {
    const text = await (await get('/docs')).text();
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(100);
    for (const link of links) expect(ids).toContain(link);
  });

  it('sends people to the sign-in, and back', async () => {
    const response = await get('/docs', {});
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`/sign-in?back=${encodeURIComponent(`${apiBasePath}/docs`)}`);
  });

  it('escapes what it shows', () => {
    expect(html`<b>${'<script>"&'}</b>`.text).toBe('<b>&lt;script&gt;&quot;&amp;</b>');
  });
});
