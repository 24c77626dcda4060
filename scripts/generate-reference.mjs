import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, root } from './run.mjs';

/**
 * Writes docs/reference from the source of truth: the configuration's schema and the table
 * of routes. `--check` fails when a file is not as it would be written. Needs a build.
 */
async function generate() {
  const { configSchema, configurationReference } = await import(dist('drover', 'config/reference.js'));
  const { routes, apiBasePath, commonFaults, faultStatus } = await import(dist('contract', 'index.js'));
  const { openApiDocument } = await import(dist('contract', 'openapi/index.js'));
  const { version } = JSON.parse(readFileSync(join(root, 'packages/drover/package.json'), 'utf8'));
  return {
    'docs/reference/openapi.json': `${lineByLine(openApiDocument({ version }))}\n`,
    'docs/reference/configuration.md': configurationReference(configSchema),
    'docs/reference/http-api.md': httpReference({ routes, apiBasePath, commonFaults, faultStatus }),
  };
}

/** JSON with a line for each path, schema and example: a change of one route is a change of one line. */
function lineByLine(value, depth = 0) {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject || depth === 3) return JSON.stringify(value);
  const indent = '  '.repeat(depth + 1);
  const entries = Object.entries(value).map(([key, entry]) => {
    return `${indent}${JSON.stringify(key)}: ${lineByLine(entry, depth + 1)}`;
  });
  return `{\n${entries.join(',\n')}\n${'  '.repeat(depth)}}`;
}

function httpReference({ routes, apiBasePath, commonFaults, faultStatus }) {
  const rows = Object.entries(routes).map(([name, { method, path, role, served, faults }]) => {
    const codes = faults.map((code) => `\`${code}\``).join(' ');
    return `| \`${method} ${path}\` | \`${name}\` | ${role} | ${served ? 'yes' : 'not yet (501)'} | ${codes} |`;
  });
  const codes = Object.entries(faultStatus).map(([code, status]) => `| \`${code}\` | ${status} |`);
  return `# HTTP API

<!-- Written by scripts/generate-reference.mjs from packages/contract/src/routes.ts. -->

All paths are below \`${apiBasePath}\`. A running Drover shows them with examples at \`${apiBasePath}/docs\`; [openapi.json](openapi.json) is the same as OpenAPI 3.1. The client's methods bear the names in the second column. Instants are ISO 8601 UTC strings on the wire, \`Date\` in the client. \`:queueName\` and the like may hold any character, encoded or not.

| route | client method | role | served | faults of its own |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

\`GET /events\` is a stream of server-sent events: \`snapshot\` first, then a \`delta\` per tick; it resumes by \`Last-Event-ID\`.

## Errors

\`{ "success": false, "error": "…", "code": "…", "details"?: … }\`, with \`Retry-After\` where waiting helps. Every route can answer ${commonFaults.map((code) => `\`${code}\``).join(', ')}.

| code | status |
| --- | --- |
${codes.join('\n')}

## Access

Send the session cookie of a signed-in account, or \`Authorization: Bearer <token>\` from \`drover token create\`. Sign-in lives under \`/api/auth\` and answers as next-auth's client expects. \`/healthz\` and \`/readyz\` need no access.

## Numbers

- \`waiting\` is all that could run now: jobs with and without priority, and those held by a pause.
- \`completed\` and \`failed\` are the sizes of the sets that BullMQ keeps; \`completedTotal\` and its like are Drover's own counts since it first saw the queue.
- Rates are over the sliding minute; shares and percentiles over five minutes; percentages are 0 to 100.
- A number that is not known is 0 and its field is named in \`unknown\`.
`;
}

function dist(name, file) {
  return new URL(`../packages/${name}/dist/${file}`, import.meta.url).href;
}

await main(async () => {
  const stale = [];
  for (const [name, content] of Object.entries(await generate())) {
    const path = join(root, name);
    if (!process.argv.includes('--check')) writeFileSync(path, content);
    else if (readFileSync(path, 'utf8') !== content) stale.push(name);
  }
  if (stale.length === 0) return 0;
  process.stderr.write(`${stale.join(', ')}: not as generated; run "node scripts/generate-reference.mjs"\n`);
  return 1;
});
