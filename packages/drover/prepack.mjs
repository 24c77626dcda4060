import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// The package ships the built dashboard: whoever installs it builds nothing.
const from = fileURLToPath(new URL('../dashboard/dist/', import.meta.url));
const to = fileURLToPath(new URL('dist/dashboard/', import.meta.url));
rmSync(to, { recursive: true, force: true });
cpSync(from, to, { recursive: true });
