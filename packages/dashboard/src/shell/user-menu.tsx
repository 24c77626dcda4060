import type { AuthSession } from '@drover/contract';
import { LogOut } from 'lucide-react';
import { Icon } from '../ui/icon';
import { Menu, MenuItem } from '../ui/menu';

export interface UserMenuProps {
  user: AuthSession['user'];
  onSignOut: () => void;
}

export function UserMenu({ user, onSignOut }: UserMenuProps) {
  return (
    <Menu label={`Account: ${user.name}`} button={<span className="avatar">{initials(user.name)}</span>}>
      {(close) => (
        <>
          <div className="menu-note">
            <div className="font-semibold text-13 text-text-1">{user.name}</div>
            <div>{user.email}</div>
            <div>Role: {user.role}</div>
          </div>
          <MenuItem
            onSelect={() => {
              close();
              onSignOut();
            }}
          >
            <Icon icon={LogOut} />
            Sign out
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

/** AB of "Ada Byron", AD of "admin". */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const [first = '?', second] = words;
  return (second ? first.charAt(0) + second.charAt(0) : first.slice(0, 2)).toUpperCase();
}
