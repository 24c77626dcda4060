import type { AccessToken, AccessUser, accessRoutes } from '@drover/contract';
import { Fault } from '@drover/core';
import type { User } from '../../auth/accounts.js';
import type { Auth } from '../../auth/create-auth.js';
import type { ApiToken } from '../../auth/tokens.js';
import { jsonReply } from '../error-reply.js';
import type { HandlersOf } from './route-context.js';

/** `accounts`: undefined where the application that Drover is mounted in knows its own people. */
export function createAccessHandlers(accounts: Auth | undefined): HandlersOf<typeof accessRoutes> {
  const own = (): Auth => {
    if (accounts) return accounts;
    throw new Fault('not_found', 'People and tokens are those of the application that Drover is mounted in.');
  };
  const userOf = (id: string): User => {
    const user = own()
      .listUsers()
      .find((candidate) => candidate.id === id.trim().toLowerCase());
    if (!user) throw new Fault('not_found', `There is no account ${id}.`);
    return user;
  };

  return {
    getUsers: () => jsonReply(own().listUsers().map(shownUser)),

    async createUser({ body }, { noteChange }) {
      const { user, generatedPassword } = await own().createUser(body, null);
      noteChange({ target: `user:${user.id}`, after: { role: user.role } });
      return jsonReply({
        success: true,
        user: shownUser(user),
        ...(generatedPassword !== undefined && { generatedPassword }),
      });
    },

    async updateUser({ params, body }, { noteChange }) {
      const auth = own();
      const before = userOf(params.userId);
      const { role = before.role, disabled = before.disabled, password } = body;
      const staysAdmin = role === 'admin' && !disabled;
      if (isAdmin(before) && !staysAdmin && auth.listUsers().filter(isAdmin).length === 1) {
        const message = `${before.id} is the last admin: make somebody else one first.`;
        const path = role === 'admin' ? 'disabled' : 'role';
        throw new Fault('invalid_input', message, { details: { fields: [{ in: 'body', path, message }] } });
      }
      let user = before;
      if (body.role !== undefined) user = await auth.setRole(before.id, role, null);
      if (password !== undefined) user = await auth.setPassword(before.id, password, null);
      if (body.disabled !== undefined) user = await auth[disabled ? 'disableUser' : 'enableUser'](before.id, null);
      noteChange({
        target: `user:${user.id}`,
        before: { role: before.role, disabled: before.disabled },
        after: { role: user.role, disabled: user.disabled },
        ...(password !== undefined && { details: { passwordSet: true } }),
      });
      return jsonReply({ success: true, user: shownUser(user) });
    },

    getTokens: () => jsonReply(own().listTokens().map(shownToken)),

    async createToken({ body: { name, role, expiresAt } }, { noteChange }) {
      const { token, info } = await own().createToken(
        { name, role, ...(expiresAt && { expiresAtMs: expiresAt.getTime() }) },
        null,
      );
      const shown = shownToken(info);
      noteChange({ target: `token:${info.id}`, after: shown });
      return jsonReply({ success: true, token, info: shown });
    },

    async revokeToken({ params: { tokenId } }, { noteChange }) {
      const auth = own();
      const before = auth.listTokens().find(({ id }) => id === tokenId);
      await auth.revokeToken(tokenId, null);
      noteChange({ target: `token:${tokenId}`, ...(before && { before: shownToken(before) }) });
      return jsonReply({ success: true });
    },

    getRoleSwitches: () => jsonReply(own().roleSwitches()),

    async updateRoleSwitches({ body }, { noteChange }) {
      const auth = own();
      const before = auth.roleSwitches();
      const after = { ...before, ...body };
      await auth.switchRoles(after, null);
      noteChange({ target: 'roles', before, after });
      return jsonReply({ success: true, ...after });
    },
  };
}

const isAdmin = ({ role, disabled }: User): boolean => role === 'admin' && !disabled;

function shownUser({ createdAtMs, ...user }: User): AccessUser {
  return { ...user, createdAt: new Date(createdAtMs) };
}

function shownToken({ createdAtMs, expiresAtMs, lastUsedAtMs, ...token }: ApiToken): AccessToken {
  return {
    ...token,
    createdAt: new Date(createdAtMs),
    ...(expiresAtMs !== undefined && { expiresAt: new Date(expiresAtMs) }),
    ...(lastUsedAtMs !== undefined && { lastUsedAt: new Date(lastUsedAtMs) }),
  };
}
