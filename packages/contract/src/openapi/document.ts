import type { HttpMethod, Route } from '../routes/route.js';
import { apiBasePath, type RouteName, routeNames, routes } from '../routes.js';
import { noBody } from '../schemas/primitives.js';
import { routeSchemas } from '../schemas/route-schemas.js';
import { componentSchemas, refTo } from './components.js';
import { errorExamples, errorResponses } from './error-responses.js';
import { type Parameter, parametersOf } from './parameters.js';
import { routeDocs, tagOf, tags } from './route-docs.js';
import { type Components, sampleOf } from './sample.js';

export interface OpenApiOptions {
  readonly version: string;
  /** Where the API is; the guide's path unless told. */
  readonly basePath?: string;
}

export interface OpenApiOperation {
  readonly operationId: RouteName;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, OpenApiMedia> };
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
}

export interface OpenApiMedia {
  readonly schema?: { readonly $ref?: string };
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
}

export interface OpenApiResponse {
  readonly description: string;
  readonly content?: Readonly<Record<string, OpenApiMedia>>;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly schemas: Components;
    readonly examples: ReturnType<typeof errorExamples>;
    readonly securitySchemes: object;
  };
  readonly security: readonly object[];
}

/** The API as an OpenAPI 3.1 document: nothing in it that is not in the table of routes and their schemas. */
export function openApiDocument({ version, basePath = apiBasePath }: OpenApiOptions): OpenApiDocument {
  const components = componentSchemas();
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const name of routeNames) {
    const { method, path }: Route = routes[name];
    const template = path.replace(/:(\w+)/g, '{$1}');
    paths[template] = { ...paths[template], [method.toLowerCase()]: operationOf(name, components) };
  }
  const used = new Set(routeNames.map(tagOf));
  return {
    openapi: '3.1.0',
    info: { title: "Drover's HTTP API", version, description: intro },
    servers: [{ url: basePath }],
    tags: tags.filter(({ name }) => used.has(name)),
    paths,
    components: {
      schemas: components,
      examples: errorExamples(),
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'drover.session-token', description: 'A signed-in account.' },
        token: { type: 'http', scheme: 'bearer', description: 'An API token: `drover token create`.' },
      },
    },
    security: [{ session: [] }, { token: [] }],
  };
}

const intro = [
  'Instants are ISO 8601 UTC strings. Names in paths may hold any character, percent-encoded or not.',
  'Percentages are 0 to 100. A number that is not known is 0 and its field is named in `unknown`.',
  'Every failure has the same body: `{ "success": false, "error", "code", "details" }`.',
  'Requests that change something are refused when another site sends them with a session.',
].join(' ');

function operationOf(name: RouteName, components: Components): OpenApiOperation {
  const route: Route = routes[name];
  const schemas = routeSchemas[name];
  const { summary = name, description } = routeDocs[name] ?? {};
  const parts = [description, `Needs the role \`${route.role}\`.`, !route.served && 'Not served yet: answers 501.'];
  const body = requestBody(name, components);
  return {
    operationId: name,
    summary,
    description: parts.filter(Boolean).join(' '),
    tags: [tagOf(name)],
    parameters: parametersOf(route, schemas, components),
    ...(body && { requestBody: body }),
    responses: {
      200: route.stream ? streamReply(name) : jsonReply(name, components),
      ...(errorResponses(route) as Record<string, OpenApiResponse>),
    },
  };
}

function requestBody(name: RouteName, components: Components): OpenApiOperation['requestBody'] {
  const { body } = routeSchemas[name];
  const { method }: { method: HttpMethod } = routes[name];
  const schema = refTo(body);
  if (method === 'GET' || (body as unknown) === noBody || !schema) return undefined;
  const example = routeDocs[name]?.body ?? sampleOf(schema, components);
  return { required: true, content: { 'application/json': { schema, example } } };
}

function jsonReply(name: RouteName, components: Components): OpenApiResponse {
  const schema = refTo(routeSchemas[name].reply) ?? {};
  const example = routeDocs[name]?.reply ?? sampleOf(schema, components);
  return { description: 'Done.', content: { 'application/json': { schema, example } } };
}

function streamReply(name: RouteName): OpenApiResponse {
  const { mediaType = 'text/event-stream', example = '' } = routeDocs[name]?.stream ?? {};
  return { description: 'A stream that goes on until one side ends it.', content: { [mediaType]: { example } } };
}
