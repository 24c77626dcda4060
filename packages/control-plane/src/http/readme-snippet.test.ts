import { readFileSync } from 'node:fs';
import * as client from '@drover/client';
import { expect, it } from 'vitest';
import { startTestServer } from './testing/test-server.js';

const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');

it("runs the README's snippet of the client as it stands", async () => {
  const [, code = ''] = /```js\n(import \{ isApiError[\s\S]*?)```/.exec(readme) ?? [];
  const body = code.replace(/import (\{.*\}) from '@drover\/client';/, 'const $1 = client;');
  expect(body).not.toContain('import ');
  const server = await startTestServer();
  try {
    const said: unknown[][] = [];
    const console = { log: (...words: unknown[]) => void said.push(words) };
    const process = { env: { DROVER_URL: server.url, DROVER_API_TOKEN: server.bearer().Authorization.slice(7) } };
    const run = new Function('client', 'console', 'process', `return (async () => {${body}})();`);
    await run(client, console, process);
    expect(said).toEqual([['email-sending', 'healthy', ''], [expect.stringContaining('no-such-queue')]]);
  } finally {
    await server.close();
  }
});
