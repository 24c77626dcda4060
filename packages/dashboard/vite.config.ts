import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const outDir = fileURLToPath(new URL('dist', import.meta.url));

export default defineConfig({
  plugins: [react(), tailwindcss(), precompress()],
  // Workspace packages come from their source: the build needs no build before it.
  resolve: { conditions: ['drover-source', 'module', 'browser', 'import', 'default'] },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    // A data: URL would need its own word in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the first view shares with later ones in one file: a browser opens six connections, and
    // five small files would stand in the way of the session and the stream of figures. What only
    // later views share (forms, tables) in another, or the first load would carry all of it.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: sharedBy, debugName: 'shared', minShareCount: 2 }] } },
    },
  },
});

/** `shared` for what the entry imports, directly or through others, without waiting; `views` for the rest. */
function sharedBy(id: string, graph: { getModuleInfo(id: string): ImportedModule | null }): string {
  const seen = new Set<string>();
  const ways = [id];
  for (let next = ways.pop(); next !== undefined; next = ways.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const module = graph.getModuleInfo(next);
    if (module?.isEntry && module.dynamicImporters.length === 0) return 'shared';
    ways.push(...(module?.importers ?? []));
  }
  return 'views';
}

interface ImportedModule {
  readonly isEntry: boolean;
  readonly importers: readonly string[];
  readonly dynamicImporters: readonly string[];
}

/** Writes `.br` and `.gz` beside what is worth it, so that the server compresses nothing per request. */
function precompress(): Plugin {
  return {
    name: 'drover-precompress',
    apply: 'build',
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
        const file = join(outDir, entry);
        if (!/\.(js|css|html|svg|json|txt)$/.test(entry) || statSync(file).size < 1_024) continue;
        const bytes = readFileSync(file);
        const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, brotli));
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}
