import type { AccessToken, CreateTokenRequest, CreateTokenResponse, Role } from '@drover/contract';
import { Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { type FormProblems, noProblems, problemsOfError } from '../../models/form-problems';
import { formatInstant, formatRoughly, plural } from '../../models/format';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { type Column, DataTable } from '../../ui/data-table';
import { Dialog } from '../../ui/dialog';
import { FieldProblem } from '../../ui/field';
import { Icon } from '../../ui/icon';
import { SelectField, TextField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';
import { SecretOnce } from './secret-once';
import { roleOptions } from './users-panel';

export interface TokensPanelProps {
  tokens: readonly AccessToken[] | undefined;
  error: Error | null;
  onRetry: () => void;
  nowMs: number;
  onCreate: (request: CreateTokenRequest) => Promise<CreateTokenResponse>;
  onRevoke: (token: AccessToken) => Promise<unknown>;
}

/** Keys for machines. */
export function TokensPanel({ tokens, error, onRetry, nowMs, onCreate, onRevoke }: TokensPanelProps) {
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<AccessToken>();
  const ago = (instant: Date | undefined) =>
    instant ? (
      <time dateTime={instant.toISOString()} title={formatInstant(instant)}>
        {formatRoughly(nowMs - instant.getTime())} ago
      </time>
    ) : (
      <span className="text-text-3">not seen</span>
    );
  const columns: Column<AccessToken>[] = [
    { key: 'name', label: 'Token', role: 'title', cell: ({ name }) => <span className="ellipsis block">{name}</span> },
    { key: 'role', label: 'Role', width: '96px', cell: ({ role }) => role },
    { key: 'id', label: 'Id', width: '160px', hideBelow: 'wide', cell: ({ id }) => <code>{id}</code> },
    { key: 'made', label: 'Made', width: '104px', cell: ({ createdAt }) => ago(createdAt) },
    { key: 'used', label: 'Last used', width: '104px', cell: ({ lastUsedAt }) => ago(lastUsedAt) },
    {
      key: 'expires',
      label: 'Expires',
      width: '104px',
      cell: ({ expiresAt }) =>
        expiresAt ? (
          <time dateTime={expiresAt.toISOString()} title={formatInstant(expiresAt)}>
            {expiresAt.getTime() > nowMs ? `in ${formatRoughly(expiresAt.getTime() - nowMs)}` : 'has expired'}
          </time>
        ) : (
          'never'
        ),
    },
    {
      key: 'revoke',
      label: 'Revoke',
      width: '96px',
      numeric: true,
      role: 'bare',
      cell: (token) => (
        <button
          type="button"
          className="btn btn-sm"
          aria-label={`Revoke ${token.name}`}
          onClick={() => setRevoking(token)}
        >
          Revoke…
        </button>
      ),
    },
  ];
  return (
    <Panel
      title="API tokens"
      meta={tokens && plural(tokens.length, 'token')}
      actions={
        <button type="button" className="btn btn-sm" onClick={() => setAdding(true)}>
          <Icon icon={Plus} small />
          Make token
        </button>
      }
    >
      {!tokens && error && <QueryError error={error} onRetry={onRetry} />}
      {!tokens && !error && <Skeleton className="m-3 h-16" />}
      {tokens?.length === 0 && (
        <Empty title="There is no token.">
          Scripts and pipelines call the API with one: <code>Authorization: Bearer drv_…</code>
        </Empty>
      )}
      {tokens && tokens.length > 0 && (
        <DataTable caption="API tokens" columns={columns} rows={tokens} rowKey={({ id }) => id} />
      )}
      {adding && <MakeToken nowMs={nowMs} onCreate={onCreate} onClose={() => setAdding(false)} />}
      {revoking && (
        <ConfirmDialog
          title={`Revoke ${revoking.name}?`}
          confirmLabel="Revoke"
          busyLabel="Revoking…"
          danger
          onConfirm={() => onRevoke(revoking)}
          onClose={() => setRevoking(undefined)}
        >
          Whatever uses it is refused from now on; it cannot be brought back.
        </ConfirmDialog>
      )}
    </Panel>
  );
}

const lives = { never: undefined, '30': 30, '90': 90, '365': 365 } as const;

function MakeToken({
  nowMs,
  onCreate,
  onClose,
}: Pick<TokensPanelProps, 'nowMs' | 'onCreate'> & { onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [life, setLife] = useState<keyof typeof lives>('90');
  const [problems, setProblems] = useState<FormProblems>(noProblems);
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<CreateTokenResponse>();
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (name.trim() === '') {
      setProblems({ fields: { name: 'Say what will use it.' } });
      return;
    }
    setBusy(true);
    const days = lives[life];
    const expiresAt = days === undefined ? {} : { expiresAt: new Date(nowMs + days * 86_400_000).toISOString() };
    try {
      setMade(await onCreate({ name: name.trim(), role, ...expiresAt }));
    } catch (error) {
      setProblems(problemsOfError(error, ['name', 'role', 'expiresAt']));
      setBusy(false);
    }
  };
  if (made) {
    return (
      <SecretOnce title={`Token ${made.info.name}`} label="Token" secret={made.token} onClose={onClose}>
        It is not kept and cannot be shown again.
      </SecretOnce>
    );
  }
  return (
    <Dialog label="Make an API token" className="dialog-confirm" onClose={() => !busy && onClose()}>
      <form noValidate onSubmit={(event) => void send(event)}>
        <h2 className="confirm-title">Make an API token</h2>
        <TextField
          label="What will use it"
          placeholder="deploys"
          maxLength={100}
          value={name}
          problem={problems.fields.name}
          onChange={setName}
        />
        <SelectField
          label="Role"
          value={role}
          problem={problems.fields.role}
          options={roleOptions}
          onChange={setRole}
        />
        <SelectField
          label="Expires"
          value={life}
          problem={problems.fields.expiresAt}
          options={[
            { value: '30', label: 'in 30 days' },
            { value: '90', label: 'in 90 days' },
            { value: '365', label: 'in a year' },
            { value: 'never', label: 'never' },
          ]}
          onChange={setLife}
        />
        {problems.form && <FieldProblem>{problems.form}</FieldProblem>}
        <div className="confirm-foot">
          <button type="button" className="btn" disabled={busy} onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {busy ? 'Making…' : 'Make token'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
