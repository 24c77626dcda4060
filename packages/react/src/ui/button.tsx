import type { ComponentProps } from 'react';
import { classNames } from './class-names.js';

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: 'default' | 'secondary' | 'destructive' | 'outline' | 'ghost' | 'link';
  size?: 'default' | 'sm' | 'lg' | 'icon';
}

/** A plain `type="button"`: inside a form it does not submit unless told. */
export function Button({ variant = 'default', size = 'default', className, type = 'button', ...props }: ButtonProps) {
  return (
    <button
      {...props}
      type={type}
      className={classNames(`drover-ui drover-button drover-button-${variant} drover-button-size-${size}`, className)}
    />
  );
}
