import { z } from 'zod';
import { roles } from '../faults.js';
import { instant, MAX_ENTRIES, name, none, text } from './primitives.js';

const role = z.enum(roles);
const password = z.string().min(8, 'needs 8 characters or more').max(1_000);

const user = z.object({ id: name, email: name, name: text, role, disabled: z.boolean(), createdAt: instant });
const token = z.object({
  id: name,
  name: text,
  role,
  createdAt: instant,
  expiresAt: instant.exactOptional(),
  lastUsedAt: instant.exactOptional(),
});

const createUser = z.strictObject({
  email: z
    .string()
    .trim()
    .max(254)
    .regex(/^[^\s@/]+@[^\s@/]+$/, 'is no e-mail address'),
  name: z.string().trim().min(1).max(200).exactOptional(),
  role,
  password: password.exactOptional(),
});

const updateUser = z
  .strictObject({
    role: role.exactOptional(),
    disabled: z.boolean().exactOptional(),
    password: password.exactOptional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'name something to change');

const createToken = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role,
  expiresAt: z
    .union([z.date(), z.iso.datetime({ offset: true })])
    .transform((value) => new Date(value))
    .optional(),
});

const switches = { operator: z.boolean(), viewer: z.boolean() };

export const accessRouteSchemas = {
  getUsers: { ...none, reply: z.array(user).max(MAX_ENTRIES) },
  createUser: {
    ...none,
    body: createUser,
    reply: z.object({ success: z.boolean(), user, generatedPassword: text.exactOptional() }),
  },
  updateUser: {
    ...none,
    params: z.strictObject({ userId: name }),
    body: updateUser,
    reply: z.object({ success: z.boolean(), user }),
  },
  getTokens: { ...none, reply: z.array(token).max(MAX_ENTRIES) },
  createToken: { ...none, body: createToken, reply: z.object({ success: z.boolean(), token: text, info: token }) },
  revokeToken: {
    ...none,
    params: z.strictObject({ tokenId: name }),
    reply: z.object({ success: z.boolean() }),
  },
  getRoleSwitches: { ...none, reply: z.object(switches) },
  updateRoleSwitches: {
    ...none,
    body: z.strictObject({ operator: z.boolean().exactOptional(), viewer: z.boolean().exactOptional() }),
    reply: z.object({ success: z.boolean(), ...switches }),
  },
};
