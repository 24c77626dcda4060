export {
  type OpenApiDocument,
  type OpenApiMedia,
  type OpenApiOperation,
  type OpenApiOptions,
  type OpenApiResponse,
  openApiDocument,
} from './document.js';
export type { Parameter } from './parameters.js';
export type { JsonSchema } from './sample.js';
