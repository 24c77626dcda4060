import { Check, Moon, Sun, SunMoon } from 'lucide-react';
import { Icon } from '../ui/icon';
import { Menu, MenuItem } from '../ui/menu';
import { chooseTheme, type Theme, useTheme } from './theme';

const icons = { system: SunMoon, light: Sun, dark: Moon };
const words: Record<Theme, string> = { system: 'Follow the system', light: 'Light', dark: 'Dark' };
const themes: readonly Theme[] = ['system', 'light', 'dark'];

export function ThemeMenu() {
  const chosen = useTheme();
  return (
    <Menu label={`Theme: ${words[chosen].toLowerCase()}`} button={<Icon icon={icons[chosen]} />}>
      {(close) =>
        themes.map((theme) => (
          <MenuItem
            key={theme}
            checked={theme === chosen}
            onSelect={() => {
              chooseTheme(theme);
              close();
            }}
          >
            <Icon icon={icons[theme]} />
            <span className="flex-1">{words[theme]}</span>
            {theme === chosen && <Icon icon={Check} small />}
          </MenuItem>
        ))
      }
    </Menu>
  );
}
