import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Processor } from 'bullmq';

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts', '.tsx']);

/** Node's `import()`. */
export type ImportModule = (url: string) => Promise<Record<string, unknown>>;

export function isTypeScript(file: string): boolean {
  return TYPESCRIPT.has(extname(file));
}

/** Loads the processor that a module exports; throws when the file is missing or exports none. */
export async function loadProcessor(file: string, importModule: ImportModule): Promise<Processor> {
  const loaded = await loadModule(file, importModule);
  // A CommonJS module arrives as its `default`; transpiled ones carry another `default` in it.
  const inner = (loaded.default ?? {}) as Record<string, unknown>;
  const candidates = [loaded.default, loaded.processor, inner.default, inner.processor];
  const processor = candidates.find((candidate) => typeof candidate === 'function');
  if (processor === undefined) {
    throw new TypeError(`${file} exports no processor: export a function as default or as "processor"`);
  }
  return processor as Processor;
}

/** Imports a module of the application's, TypeScript as well. */
export async function loadModule(file: string, importModule: ImportModule): Promise<Record<string, unknown>> {
  const jiti = isTypeScript(file) ? resolveBeside(file, 'jiti') : null;
  // Node 22.18 and later read TypeScript themselves.
  if (jiti === null) return importModule(pathToFileURL(file).href);
  const { createJiti } = (await importModule(pathToFileURL(jiti).href)) as unknown as Jiti;
  return createJiti(file).import(file);
}

interface Jiti {
  createJiti(from: string): { import(file: string): Promise<Record<string, unknown>> };
}

/** Resolves a package from where the processor lives, then from Drover's own dependencies. */
export function resolveBeside(file: string, name: string): string | null {
  for (const from of [file, import.meta.url]) {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // Not installed there.
    }
  }
  return null;
}
