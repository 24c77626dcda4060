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
    // five small files would stand in the way of the session and the stream of figures. What several
    // later views share (forms, tables) in another, or the first load would carry all of it.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'shared', tags: ['$initial'], minShareCount: 2, priority: 2 },
            // What the overview draws a moment after its first rows, or it would load all views' shared code for it.
            { name: 'overview-later', test: isOverviewLater, priority: 3, includeDependenciesRecursively: false },
            // The chart library is a third of it all, and many views have no chart.
            {
              name: 'charts',
              test: /uplot|src\/charts\/(?!download)/,
              priority: 3,
              includeDependenciesRecursively: false,
            },
            { name: 'views', minShareCount: 3, priority: 1, includeDependenciesRecursively: false },
          ],
        },
      },
    },
  },
});

/** The two panels and what they alone of the first view need. */
function isOverviewLater(id: string): boolean {
  return /overview-scaler|overview\/(memory|scaler)-panel|models\/(memory|scaler-steps)\.ts|use-recent-scaling|icons\/clock\./.test(
    id,
  );
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
