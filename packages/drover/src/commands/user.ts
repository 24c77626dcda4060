import { text } from 'node:stream/consumers';
import type { Role } from '@drover/contract';
import { generatePassword } from '@drover/control-plane';
import { Fault } from '@drover/core';
import { type EngineArguments, withAccess } from './open-access.js';
import { table } from './table.js';

interface PasswordArguments extends EngineArguments {
  readonly passwordStdin?: boolean;
}

/** `drover user create` */
export async function createUserCommand(
  email: string,
  options: PasswordArguments & { role: Role; name?: string },
): Promise<void> {
  const password = await readPassword(options);
  const created = await withAccess(options, (auth) =>
    auth.createUser({
      email,
      role: options.role,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(password === undefined ? {} : { password }),
    }),
  );
  process.stdout.write(`Made ${created.user.email} (${created.user.role}).\n`);
  if (created.generatedPassword) process.stdout.write(`Password, shown once: ${created.generatedPassword}\n`);
}

/** `drover user list` */
export async function listUsersCommand(options: EngineArguments): Promise<void> {
  const users = await withAccess(options, async (auth) => auth.listUsers());
  const rows = users.map((user) => [user.email, user.name, user.role, user.disabled ? 'disabled' : 'active']);
  process.stdout.write(table(['EMAIL', 'NAME', 'ROLE', 'STATE'], rows));
}

/** `drover user password` */
export async function setPasswordCommand(email: string, options: PasswordArguments): Promise<void> {
  const password = (await readPassword(options)) ?? generatePassword();
  await withAccess(options, (auth) => auth.setPassword(email, password));
  process.stdout.write(`Set the password of ${email}; its sessions have ended.\n`);
  if (!options.passwordStdin) process.stdout.write(`Password, shown once: ${password}\n`);
}

/** `drover user disable` */
export async function disableUserCommand(email: string, options: EngineArguments): Promise<void> {
  await withAccess(options, (auth) => auth.disableUser(email));
  process.stdout.write(`Disabled ${email}; its sessions have ended.\n`);
}

/** Never an argument: arguments show in the process list and in the shell's history. */
async function readPassword({ passwordStdin }: PasswordArguments): Promise<string | undefined> {
  if (!passwordStdin) return undefined;
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (password === '') throw new Fault('invalid_input', 'Standard input held no password.');
  return password;
}
