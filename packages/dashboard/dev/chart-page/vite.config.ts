import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** A page with one chart, for `bench/src/page.ts`. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ['drover-source', 'module', 'browser', 'import', 'default'] },
  build: { emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false } },
});
