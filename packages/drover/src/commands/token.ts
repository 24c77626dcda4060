import type { Role } from '@drover/contract';
import { type EngineArguments, withAccess } from './open-access.js';
import { table } from './table.js';

const DAY_MS = 86_400_000;

/** `drover token create` */
export async function createTokenCommand(
  name: string,
  options: EngineArguments & { role: Role; days?: number },
): Promise<void> {
  const expiresAtMs = options.days === undefined ? {} : { expiresAtMs: Date.now() + options.days * DAY_MS };
  const { token } = await withAccess(options, (auth) => auth.createToken({ name, role: options.role, ...expiresAtMs }));
  process.stdout.write(`${token}\n`);
  process.stderr.write('It is stored hashed and cannot be shown again.\n');
}

/** `drover token list` */
export async function listTokensCommand(options: EngineArguments): Promise<void> {
  const tokens = await withAccess(options, async (auth) => auth.listTokens());
  const rows = tokens.map(({ id, name, role, createdAtMs, expiresAtMs }) => [
    id,
    name,
    role,
    new Date(createdAtMs).toISOString(),
    expiresAtMs === undefined || expiresAtMs === null ? 'never' : new Date(expiresAtMs).toISOString(),
  ]);
  process.stdout.write(table(['ID', 'NAME', 'ROLE', 'CREATED', 'EXPIRES'], rows));
}

/** `drover token revoke` */
export async function revokeTokenCommand(id: string, options: EngineArguments): Promise<void> {
  await withAccess(options, (auth) => auth.revokeToken(id));
  process.stdout.write(`Revoked ${id}.\n`);
}
