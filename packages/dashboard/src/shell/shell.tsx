import type { AuthSession } from '@drover/contract';
import { useLiveControls, useLiveState } from '@drover/react';
import { Menu as MenuIcon, Search, X } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { navigate, useAppLocation, withRange } from '../router/location';
import { IconButton } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { Banner } from './banner';
import { LiveBadge, LiveButtons } from './live-badge';
import { RangePicker } from './range-picker';
import { Sidebar } from './sidebar';
import { ThemeMenu } from './theme-menu';
import { useShortcuts } from './use-shortcuts';
import { UserMenu } from './user-menu';

const CommandPalette = lazy(async () => ({ default: (await import('./command-palette')).CommandPalette }));
const ShortcutHelp = lazy(async () => ({ default: (await import('./shortcut-help')).ShortcutHelp }));

export interface ShellProps {
  user: AuthSession['user'];
  onSignOut: () => void;
  children: ReactNode;
}

type Overlay = 'palette' | 'help' | 'nav';

/** Sidebar, top bar, shortcuts; the view goes in the middle. */
export function Shell({ user, onSignOut, children }: ShellProps) {
  const [overlay, setOverlay] = useState<Overlay>();
  const close = () => setOverlay(undefined);
  const { pause, resume, refresh } = useLiveControls();
  const paused = useLiveState().pausedBy === 'hand';
  const { params } = useAppLocation();

  const togglePause = paused ? resume : pause;
  const showPalette = () => setOverlay('palette');
  const showHelp = () => setOverlay('help');
  useShortcuts({
    'mod+k': showPalette,
    '/': () => focusFilter() || showPalette(),
    '?': showHelp,
    'g o': () => navigate(withRange('/', params)),
    'g q': () => navigate(withRange('/queues', params)),
    'g j': () => navigate(withRange('/jobs', params)),
    'g c': () => navigate(withRange('/schedules', params)),
    'g l': () => navigate(withRange('/activity', params)),
    'g a': () => navigate(withRange('/alerts', params)),
    'g w': () => navigate(withRange('/workers', params)),
    'g s': () => navigate(withRange('/scaling', params)),
    'g r': () => navigate(withRange('/rate-limits', params)),
    'g t': () => navigate(withRange('/timeouts', params)),
    p: togglePause,
    r: () => void refresh(),
  });

  return (
    <div className="app">
      <a className="skip-link btn" href="#main">
        Skip to content
      </a>
      <header className="side">
        <Sidebar />
      </header>
      <div className="min-w-0">
        <section className="top" aria-label="Toolbar">
          <IconButton icon={MenuIcon} label="Menu" className="sm:hidden" onClick={() => setOverlay('nav')} />
          <button type="button" className="search" onClick={showPalette} aria-label="Search queues and commands">
            <Icon icon={Search} small />
            <span className="ellipsis">Search queues, commands</span>
            <kbd>{isMac ? '⌘ K' : 'Ctrl K'}</kbd>
          </button>
          <span className="flex-1 max-sm:hidden" />
          <LiveBadge />
          <LiveButtons />
          <RangePicker className="max-sm:hidden" />
          <ThemeMenu />
          <UserMenu user={user} onSignOut={onSignOut} />
        </section>
        <Banner />
        <main className="main" id="main" tabIndex={-1}>
          <RangePicker className="sm:hidden" />
          {children}
        </main>
      </div>
      {overlay === 'nav' && (
        <Dialog label="Menu" className="dialog-nav" onClose={close}>
          <div className="absolute top-2 right-2">
            <IconButton icon={X} label="Close the menu" onClick={close} />
          </div>
          <Sidebar onNavigate={close} />
        </Dialog>
      )}
      <Suspense>
        {overlay === 'palette' && (
          <CommandPalette
            targets={{ paused, togglePause, refresh: () => void refresh(), showHelp, signOut: onSignOut }}
            onClose={close}
          />
        )}
        {overlay === 'help' && <ShortcutHelp onClose={close} />}
      </Suspense>
    </div>
  );
}

const isMac = navigator.userAgent.includes('Mac');

/** `/` is for the list in front of you, where there is one. */
function focusFilter(): boolean {
  const filter = document.querySelector<HTMLInputElement>('[data-filter]');
  filter?.focus();
  return filter !== null;
}
