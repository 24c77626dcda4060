export type { FirstAdmin, NewUser, User } from './accounts.js';
export { type Auth, type AuthOptions, createAuth } from './create-auth.js';
export type { Identity } from './identity.js';
export type { RoleSwitches } from './role-switches.js';
export type { ApiToken, NewToken } from './tokens.js';
