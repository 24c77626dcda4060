import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// In the workspace the copy would be served from now on, however often the dashboard is built anew.
rmSync(fileURLToPath(new URL('dist/dashboard/', import.meta.url)), { recursive: true, force: true });
