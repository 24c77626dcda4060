import type { LucideIcon } from 'lucide-react';

export interface IconProps {
  icon: LucideIcon;
  /** 14 px beside small text, 16 px else. */
  small?: boolean;
  className?: string;
}

/** Decoration beside a word: hidden from screen readers, which read the word. */
export function Icon({ icon: Shape, small = false, className }: IconProps) {
  return <Shape aria-hidden="true" size={small ? 14 : 16} strokeWidth={small ? 2 : 1.75} className={className} />;
}
