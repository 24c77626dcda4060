import '../styles/settings.css';
import '../styles/alerts.css';
import {
  useAccessTokens,
  useAccessUsers,
  useAlertNotifiers,
  useCreateToken,
  useCreateUser,
  useMemoryConfig,
  useRevokeToken,
  useRoleSwitches,
  useTestAlertNotifier,
  useUpdateMemoryConfig,
  useUpdateRoleSwitches,
  useUpdateUser,
  versionOf,
} from '@drover/react';
import { useSession } from '../auth/use-session';
import { NotifiersPanel } from '../features/alerts/notifiers-panel';
import { MemorySettings } from '../features/settings/memory-settings';
import { RetentionPanel } from '../features/settings/retention-panel';
import { TokensPanel } from '../features/settings/tokens-panel';
import { RolesPanel, UsersPanel } from '../features/settings/users-panel';
import { Tabs, useTabParam } from '../ui/tabs';
import { useServerNow } from '../ui/use-server-now';
import { usePageTitle } from './use-page-title';

const tabs = [
  { value: 'people', label: 'People and roles' },
  { value: 'tokens', label: 'API tokens' },
  { value: 'workers', label: 'Memory and retention' },
  { value: 'notifiers', label: 'Notifiers' },
] as const;

export function SettingsRoute() {
  usePageTitle('Settings');
  const [tab, chooseTab] = useTabParam(tabs);
  return (
    <>
      <div className="page-head">
        <h1>Settings</h1>
      </div>
      <Tabs label="Settings" tabs={tabs} value={tab} onChange={chooseTab}>
        {tab === 'people' && <People />}
        {tab === 'tokens' && <TokensTab />}
        {tab === 'workers' && <WorkersTab />}
        {tab === 'notifiers' && <NotifiersTab />}
      </Tabs>
    </>
  );
}

function People() {
  const users = useAccessUsers();
  const create = useCreateUser();
  const update = useUpdateUser();
  const roles = useRoleSwitches();
  const change = useUpdateRoleSwitches();
  return (
    <>
      <UsersPanel
        users={users.data}
        error={users.error}
        onRetry={() => void users.refetch()}
        nowMs={useServerNow(30_000)}
        self={useSession().data?.user.id}
        onCreate={(request) => create.mutateAsync(request)}
        onUpdate={({ id }, body) => update.mutateAsync({ userId: id, body })}
      />
      <RolesPanel
        switches={roles.data}
        error={roles.error}
        onRetry={() => void roles.refetch()}
        saving={change.isPending}
        onSwitch={(switches) => change.mutate(switches)}
      />
    </>
  );
}

function TokensTab() {
  const tokens = useAccessTokens();
  const create = useCreateToken();
  const revoke = useRevokeToken();
  return (
    <TokensPanel
      tokens={tokens.data}
      error={tokens.error}
      onRetry={() => void tokens.refetch()}
      nowMs={useServerNow(30_000)}
      onCreate={(request) => create.mutateAsync(request)}
      onRevoke={({ id }) => revoke.mutateAsync(id)}
    />
  );
}

function WorkersTab() {
  const config = useMemoryConfig();
  const update = useUpdateMemoryConfig({ notifyErrors: false });
  return (
    <div className="settings-pair">
      <MemorySettings
        config={config.data}
        error={config.error}
        onRetry={() => void config.refetch()}
        onReload={() => config.refetch()}
        onSave={(body, basedOn) => update.mutateAsync({ ...body, ifMatch: versionOf(basedOn) })}
      />
      <RetentionPanel />
    </div>
  );
}

function NotifiersTab() {
  const notifiers = useAlertNotifiers();
  const test = useTestAlertNotifier();
  return (
    <NotifiersPanel
      notifiers={notifiers.data}
      error={notifiers.error}
      onRetry={() => void notifiers.refetch()}
      nowMs={useServerNow(1_000)}
      onTest={(name) => test.mutateAsync(name)}
    />
  );
}
