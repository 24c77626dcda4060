import type { ComponentProps } from 'react';
import { classNames } from './class-names.js';

export type BadgeVariant = 'default' | 'secondary' | 'destructive' | 'outline';

export interface BadgeProps extends ComponentProps<'span'> {
  variant?: BadgeVariant;
}

export function Badge({ variant = 'default', className, ...props }: BadgeProps) {
  return <span {...props} className={classNames(`drover-ui drover-badge drover-badge-${variant}`, className)} />;
}
