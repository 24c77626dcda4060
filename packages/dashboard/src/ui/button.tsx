import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { Icon } from './icon';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon;
  label: string;
  small?: boolean;
}

/** A button that is only an icon: its label is both its name and its tooltip. */
export function IconButton({ icon, label, small = false, className = '', type = 'button', ...props }: IconButtonProps) {
  return (
    <button
      {...props}
      type={type}
      aria-label={label}
      title={label}
      className={`btn btn-icon btn-ghost ${small ? 'btn-sm' : ''} ${className}`}
    >
      <Icon icon={icon} />
    </button>
  );
}
