import type { Role } from '../faults.js';
import type { NoInput, Route } from './route.js';

/** Accounts, API tokens and roles. Where Drover is mounted in an application these answer 404: people are its own. */
export const accessRoutes = {
  getUsers: { method: 'GET', path: '/access/users', role: 'admin', served: true, faults: ['not_found'] },
  createUser: {
    method: 'POST',
    path: '/access/users',
    role: 'admin',
    served: true,
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout'],
    audit: 'user.create',
  },
  updateUser: {
    method: 'PATCH',
    path: '/access/users/:userId',
    role: 'admin',
    served: true,
    faults: ['not_found', 'too_large', 'engine_timeout'],
    audit: 'user.update',
  },
  getTokens: { method: 'GET', path: '/access/tokens', role: 'admin', served: true, faults: ['not_found'] },
  createToken: {
    method: 'POST',
    path: '/access/tokens',
    role: 'admin',
    served: true,
    faults: ['not_found', 'too_large', 'engine_timeout'],
    audit: 'token.create',
  },
  revokeToken: {
    method: 'DELETE',
    path: '/access/tokens/:tokenId',
    role: 'admin',
    served: true,
    faults: ['not_found', 'engine_timeout'],
    audit: 'token.revoke',
  },
  getRoleSwitches: { method: 'GET', path: '/access/roles', role: 'admin', served: true, faults: ['not_found'] },
  updateRoleSwitches: {
    method: 'PATCH',
    path: '/access/roles',
    role: 'admin',
    served: true,
    faults: ['not_found', 'too_large', 'engine_timeout'],
    audit: 'roles.switch',
  },
} as const satisfies Record<string, Route>;

export interface AccessUser {
  /** The e-mail address, lower case. */
  id: string;
  email: string;
  name: string;
  role: Role;
  /** True: may not sign in, and every session has ended. */
  disabled: boolean;
  createdAt: Date;
}

export interface CreateUserRequest {
  email: string;
  /** The part of the address before the @ unless told. */
  name?: string;
  role: Role;
  /** 8 to 1,000 characters; made up and told once when absent. */
  password?: string;
}

export interface CreateUserResponse {
  success: boolean;
  user: AccessUser;
  /** Told this once, when none was given. */
  generatedPassword?: string;
}

/** Fields that are absent stay as they are. The last admin can neither be disabled nor be given another role. */
export interface UpdateUserRequest {
  role?: Role;
  disabled?: boolean;
  /** Ends all sessions of the account. */
  password?: string;
}

export interface UpdateUserResponse {
  success: boolean;
  user: AccessUser;
}

export interface AccessToken {
  id: string;
  name: string;
  role: Role;
  createdAt: Date;
  /** Absent for one that does not expire. */
  expiresAt?: Date;
  /** By the replica that answers, since it started. */
  lastUsedAt?: Date;
}

export interface CreateTokenRequest {
  /** What will use it, in at most 100 characters. */
  name: string;
  role: Role;
  expiresAt?: Date | string;
}

export interface CreateTokenResponse {
  success: boolean;
  /** The secret; told this once. */
  token: string;
  info: AccessToken;
}

/** Which roles below admin may be used at all; both are off until an admin switches them on. */
export interface RoleSwitchesReply {
  operator: boolean;
  viewer: boolean;
}

/** Input and reply of each route, as callers see them. */
export interface AccessRouteTypes {
  getUsers: NoInput & { reply: AccessUser[] };
  createUser: Omit<NoInput, 'body'> & { body: CreateUserRequest; reply: CreateUserResponse };
  updateUser: Omit<NoInput, 'params' | 'body'> & {
    params: { userId: string };
    body: UpdateUserRequest;
    reply: UpdateUserResponse;
  };
  getTokens: NoInput & { reply: AccessToken[] };
  createToken: Omit<NoInput, 'body'> & { body: CreateTokenRequest; reply: CreateTokenResponse };
  revokeToken: Omit<NoInput, 'params'> & { params: { tokenId: string }; reply: { success: boolean } };
  getRoleSwitches: NoInput & { reply: RoleSwitchesReply };
  updateRoleSwitches: Omit<NoInput, 'body'> & {
    body: Partial<RoleSwitchesReply>;
    reply: RoleSwitchesReply & { success: boolean };
  };
}
