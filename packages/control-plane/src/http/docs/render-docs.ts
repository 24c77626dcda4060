import type { OpenApiDocument, OpenApiMedia, OpenApiOperation, Parameter } from '@drover/contract/openapi';
import { type Html, html } from './html.js';
import { fieldsTable, typeOf } from './render-schema.js';

/** The document as one page: no script is needed to read it, no host but ours to show it. */
export function renderDocs(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const base = document.servers[0]?.url ?? '';
  const chapters = document.tags.map(({ name, description }) => ({
    name,
    description,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const { schemas } = document.components;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${document.info.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/page.css">
<script src="docs/page.js" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the calls</a>
<nav aria-label="Calls">
<p class="name">${document.info.title} <small>${document.info.version}</small></p>
<label for="search">Search</label>
<input id="search" type="search" placeholder="pause, 409, worker…" autocomplete="off" aria-describedby="found">
<p id="found" role="status"></p>
${chapters.map(
  (chapter) => html`<h2>${chapter.name}</h2>
<ul>${chapter.operations.map(
    ({ method, operation }) =>
      html`<li data-call="${operation.operationId}"><a href="#${operation.operationId}"><span class="method ${method}">${method}</span> ${operation.summary}</a></li>`,
  )}</ul>`,
)}
</nav>
<main id="content" tabindex="-1">
<h1>${document.info.title}</h1>
<p>${prose(document.info.description)}</p>
<p>All paths are below <code>${base}</code>. This page is made from <a href="openapi.json">openapi.json</a> (OpenAPI ${document.openapi}).</p>
${chapters.map(
  (chapter) => html`<section aria-labelledby="chapter-${chapter.name}">
<h2 id="chapter-${chapter.name}">${chapter.name}</h2>
<p>${chapter.description}</p>
${chapter.operations.map(({ method, path, operation }) => callArticle(method, base, path, operation))}
</section>`,
)}
<section aria-labelledby="failures">
<h2 id="failures">Failures</h2>
${Object.entries(document.components.examples).map(
  ([code, { value }]) =>
    html`<article id="fault-${code}" class="schema"><h3><code>${code}</code></h3>${example(value)}</article>`,
)}
</section>
<section aria-labelledby="schemas">
<h2 id="schemas">Schemas</h2>
${Object.entries(schemas).map(
  ([name, schema]) =>
    html`<article id="schema-${name}" class="schema"><h3>${name}</h3>${fieldsTable(name, schema)}</article>`,
)}
</section>
</main>
</body>
</html>
`;
  return page.text;
}

function callArticle(method: string, base: string, path: string, operation: OpenApiOperation): Html {
  const { operationId: id, parameters, requestBody, responses } = operation;
  const body = requestBody?.content['application/json'];
  const failures = Object.entries(responses).filter(([status]) => status !== '200');
  return html`<article id="${id}" data-call="${id}" aria-labelledby="title-${id}">
<h3 id="title-${id}">${operation.summary}</h3>
<p class="path"><span class="method ${method}">${method}</span> <code>${path}</code></p>
<p>${prose(operation.description)}</p>
${parameters.length > 0 && html`<h4>Parameters</h4>${parametersTable(id, parameters)}`}
${body && html`<h4>Body</h4><p>${typeOf(body.schema ?? {})}</p>${example(body.example)}`}
<h4>Call</h4>
<pre tabindex="0"><code>${curl(method, base, path, operation)}</code></pre>
<h4>Reply</h4>
${Object.entries(responses['200']?.content ?? {}).map(([type, media]) => replyPart(type, media))}
<h4>Failures</h4>
<div class="scroll" tabindex="0" role="region" aria-label="Failures of ${id}"><table>
<thead><tr><th scope="col">Status</th><th scope="col">Code</th></tr></thead>
<tbody>${failures.map(([status, response]) => failureRows(status, response.content?.['application/json'] ?? {}))}</tbody>
</table></div>
</article>`;
}

function replyPart(type: string, { schema, example: sample }: OpenApiMedia): Html {
  const shown = typeof sample === 'string' ? html`<pre tabindex="0"><code>${sample}</code></pre>` : example(sample);
  return html`<p><code>${type}</code>${schema && html`: ${typeOf(schema)}`}</p>${shown}`;
}

function failureRows(status: string, { examples = {} }: OpenApiMedia): Html {
  return html`${Object.keys(examples).map(
    (code) => html`<tr><td>${status}</td><td><a href="#fault-${code}"><code>${code}</code></a></td></tr>`,
  )}`;
}

function parametersTable(id: string, parameters: readonly Parameter[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Parameters of ${id}"><table>
<thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">Example</th></tr></thead>
<tbody>${parameters.map(
    ({ name, in: place, required, schema, example: sample, description }) =>
      html`<tr><td><code>${name}</code>${required && ' (required)'}</td><td>${place}</td><td>${typeOf(schema)}${description && html`<br>${prose(description)}`}</td><td>${sample !== undefined && html`<code>${String(sample)}</code>`}</td></tr>`,
  )}</tbody></table></div>`;
}

function example(value: unknown): Html {
  return html`<pre tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre>`;
}

/** The call as one would try it in a shell. */
function curl(method: string, base: string, path: string, { parameters, requestBody }: OpenApiOperation): string {
  const sample = (name: string) => parameters.find((parameter) => parameter.name === name)?.example ?? name;
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(sample(name))));
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"$DROVER_URL${base}${target}"`,
    '  -H "Authorization: Bearer $DROVER_API_TOKEN"',
  ];
  const body = requestBody?.content['application/json']?.example;
  if (body !== undefined) {
    lines.push("  -H 'Content-Type: application/json'", `  -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`);
  }
  return lines.join(' \\\n');
}

/** Words between backticks are code. */
function prose(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
