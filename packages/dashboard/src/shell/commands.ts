import {
  Bell,
  CalendarClock,
  Cpu,
  Gauge,
  History,
  Keyboard,
  Layers,
  LayoutDashboard,
  ListChecks,
  LogOut,
  type LucideIcon,
  Moon,
  Package,
  Pause,
  Play,
  RefreshCw,
  Settings,
  Sun,
  SunMoon,
  Timer,
  TrendingUp,
} from 'lucide-react';
import { navigate } from '../router/location';
import { chooseTheme } from './theme';

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly icon: LucideIcon;
  run(): void;
}

export interface CommandTargets {
  readonly paused: boolean;
  togglePause(): void;
  refresh(): void;
  showHelp(): void;
  signOut(): void;
}

/** What can be done from anywhere. */
export function commandsOf({ paused, togglePause, refresh, showHelp, signOut }: CommandTargets): Command[] {
  return [
    { id: 'overview', label: 'Go to overview', hint: 'g o', icon: LayoutDashboard, run: () => navigate('/') },
    { id: 'queues', label: 'Go to queues', hint: 'g q', icon: Layers, run: () => navigate('/queues') },
    { id: 'jobs', label: 'Go to jobs', hint: 'g j', icon: Package, run: () => navigate('/jobs') },
    { id: 'schedules', label: 'Go to schedules', hint: 'g c', icon: CalendarClock, run: () => navigate('/schedules') },
    { id: 'alerts', label: 'Go to alerts', hint: 'g a', icon: Bell, run: () => navigate('/alerts') },
    { id: 'workers', label: 'Go to workers and memory', hint: 'g w', icon: Cpu, run: () => navigate('/workers') },
    { id: 'scaling', label: 'Go to scaling', hint: 'g s', icon: TrendingUp, run: () => navigate('/scaling') },
    { id: 'rate-limits', label: 'Go to rate limits', hint: 'g r', icon: Gauge, run: () => navigate('/rate-limits') },
    { id: 'timeouts', label: 'Go to timeouts', hint: 'g t', icon: Timer, run: () => navigate('/timeouts') },
    { id: 'operations', label: 'Go to operations', icon: ListChecks, run: () => navigate('/operations') },
    { id: 'activity', label: 'Go to activity', hint: 'g l', icon: History, run: () => navigate('/activity') },
    { id: 'settings', label: 'Go to settings', icon: Settings, run: () => navigate('/settings') },
    {
      id: 'pause',
      label: paused ? 'Resume live updates' : 'Pause live updates',
      hint: 'p',
      icon: paused ? Play : Pause,
      run: togglePause,
    },
    { id: 'refresh', label: 'Refresh now', hint: 'r', icon: RefreshCw, run: refresh },
    { id: 'light', label: 'Theme: light', icon: Sun, run: () => chooseTheme('light') },
    { id: 'dark', label: 'Theme: dark', icon: Moon, run: () => chooseTheme('dark') },
    { id: 'system', label: 'Theme: follow the system', icon: SunMoon, run: () => chooseTheme('system') },
    { id: 'help', label: 'Keyboard shortcuts', hint: '?', icon: Keyboard, run: showHelp },
    { id: 'sign-out', label: 'Sign out', icon: LogOut, run: signOut },
  ];
}
