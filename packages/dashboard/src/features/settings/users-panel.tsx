import type {
  AccessUser,
  CreateUserRequest,
  CreateUserResponse,
  Role,
  RoleSwitchesReply,
  UpdateUserRequest,
} from '@drover/contract';
import { roles } from '@drover/contract';
import { Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { type FormProblems, noProblems, problemsOfError } from '../../models/form-problems';
import { formatInstant, formatRoughly, plural } from '../../models/format';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { type Column, DataTable } from '../../ui/data-table';
import { Dialog } from '../../ui/dialog';
import { FieldProblem } from '../../ui/field';
import { Icon } from '../../ui/icon';
import { SelectField, Switch, TextField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { QueryError, Skeleton } from '../../ui/panel-states';
import { SecretOnce } from './secret-once';

/** What each role may, as the API's table of routes has it. */
export const roleWords: Record<Role, string> = {
  viewer: 'sees everything but people and the audit log',
  operator: 'also acts: acknowledges, pauses, retries, recycles',
  admin: 'also configures, and manages people',
};

export const roleOptions = roles.map((value) => ({ value, label: `${value}: ${roleWords[value]}` }));

export interface UsersPanelProps {
  users: readonly AccessUser[] | undefined;
  error: Error | null;
  onRetry: () => void;
  nowMs: number;
  self: string | undefined;
  onCreate: (request: CreateUserRequest) => Promise<CreateUserResponse>;
  onUpdate: (user: AccessUser, change: UpdateUserRequest) => Promise<unknown>;
}

/** Who may sign in, as what. */
export function UsersPanel({ users, error, onRetry, nowMs, self, onCreate, onUpdate }: UsersPanelProps) {
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<{ user: AccessUser; change: UpdateUserRequest }>();
  const columns: Column<AccessUser>[] = [
    {
      key: 'email',
      label: 'Account',
      role: 'title',
      cell: ({ id, email, name }) => (
        <>
          <span className="ellipsis block">
            {email}
            {id === self && <span className="font-normal text-text-3"> (you)</span>}
          </span>
          <span className="line-2 font-normal">{name}</span>
        </>
      ),
    },
    { key: 'state', label: 'State', width: '112px', cell: ({ disabled }) => (disabled ? 'Disabled' : 'May sign in') },
    {
      key: 'created',
      label: 'Made',
      width: '112px',
      hideBelow: 'narrow',
      cell: ({ createdAt }) => (
        <time dateTime={createdAt.toISOString()} title={formatInstant(createdAt)} className="text-text-2">
          {formatRoughly(nowMs - createdAt.getTime())} ago
        </time>
      ),
    },
    {
      key: 'role',
      label: 'Role',
      width: '152px',
      role: 'bare',
      cell: (user) => (
        <SelectField
          label={<span className="sr-only">Role of {user.email}</span>}
          value={user.role}
          options={roles.map((value) => ({ value, label: value }))}
          onChange={(role) => setAsked({ user, change: { role } })}
        />
      ),
    },
    {
      key: 'disable',
      label: 'Access',
      width: '104px',
      numeric: true,
      role: 'bare',
      cell: (user) => (
        <button
          type="button"
          className="btn btn-sm"
          aria-label={`${user.disabled ? 'Enable' : 'Disable'} ${user.email}`}
          onClick={() => setAsked({ user, change: { disabled: !user.disabled } })}
        >
          {user.disabled ? 'Enable' : 'Disable…'}
        </button>
      ),
    },
  ];
  return (
    <Panel
      title="Accounts"
      meta={users && plural(users.length, 'account')}
      actions={
        <button type="button" className="btn btn-sm" onClick={() => setAdding(true)}>
          <Icon icon={Plus} small />
          Add account
        </button>
      }
    >
      {!users && error && <QueryError error={error} onRetry={onRetry} />}
      {!users && !error && <Skeleton className="m-3 h-24" />}
      {users && <DataTable caption="Accounts" columns={columns} rows={users} rowKey={({ id }) => id} />}
      {adding && <AddUser onCreate={onCreate} onClose={() => setAdding(false)} />}
      {asked && (
        <ConfirmDialog
          {...questionOf(asked.user, asked.change, self)}
          onConfirm={() => onUpdate(asked.user, asked.change)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Panel>
  );
}

function questionOf(user: AccessUser, { role, disabled }: UpdateUserRequest, self: string | undefined) {
  const own = user.id === self ? ' It is your own account.' : '';
  if (role) {
    const children = `As ${role} it ${roleWords[role]}. It holds from the next call on.${own}`;
    return { title: `Make ${user.email} ${role}?`, confirmLabel: `Make ${role}`, children };
  }
  if (!disabled) {
    return { title: `Let ${user.email} sign in again?`, confirmLabel: 'Enable', children: `As ${user.role}.` };
  }
  const children = `It may not sign in, and all of its sessions end now.${own}`;
  return { title: `Disable ${user.email}?`, confirmLabel: 'Disable', danger: true, children };
}

function AddUser({ onCreate, onClose }: { onCreate: UsersPanelProps['onCreate']; onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [problems, setProblems] = useState<FormProblems>(noProblems);
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<CreateUserResponse>();
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (!/^[^\s@/]+@[^\s@/]+$/.test(email.trim())) {
      setProblems({ fields: { email: 'Enter an e-mail address.' } });
      return;
    }
    setBusy(true);
    try {
      setMade(await onCreate({ email: email.trim(), role }));
    } catch (error) {
      setProblems(problemsOfError(error, ['email', 'role']));
      setBusy(false);
    }
  };
  if (made) {
    return (
      <SecretOnce
        title={`${made.user.email} can sign in`}
        label="Password"
        secret={made.generatedPassword ?? ''}
        onClose={onClose}
      >
        Hand it over on a safe way; it is not kept and cannot be shown again.
      </SecretOnce>
    );
  }
  return (
    <Dialog label="Add an account" className="dialog-confirm" onClose={() => !busy && onClose()}>
      <form noValidate onSubmit={(event) => void send(event)}>
        <h2 className="confirm-title">Add an account</h2>
        <TextField label="E-mail" type="email" value={email} problem={problems.fields.email} onChange={setEmail} />
        <SelectField
          label="Role"
          value={role}
          problem={problems.fields.role}
          options={roleOptions}
          onChange={setRole}
        />
        {problems.form && <FieldProblem>{problems.form}</FieldProblem>}
        <div className="confirm-foot">
          <button type="button" className="btn" disabled={busy} onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {busy ? 'Adding…' : 'Add account'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export interface RolesPanelProps {
  switches: RoleSwitchesReply | undefined;
  error: Error | null;
  onRetry: () => void;
  saving: boolean;
  onSwitch: (change: Partial<RoleSwitchesReply>) => void;
}

/** Which roles below admin may be used at all. */
export function RolesPanel({ switches, error, onRetry, saving, onSwitch }: RolesPanelProps) {
  return (
    <Panel title="Roles" meta="admins always may">
      {!switches && error && <QueryError error={error} onRetry={onRetry} />}
      {!switches && !error && <Skeleton className="m-3 h-16" />}
      {switches && (
        <div className="form">
          {(['operator', 'viewer'] as const).map((role) => (
            <Switch
              key={role}
              label={`The role ${role} may be used`}
              hint={`Who has it ${roleWords[role]}. Switched off, they can sign in and do nothing.`}
              checked={switches[role]}
              disabled={saving}
              onChange={(on) => onSwitch({ [role]: on })}
            />
          ))}
        </div>
      )}
    </Panel>
  );
}
