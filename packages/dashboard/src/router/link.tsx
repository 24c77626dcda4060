import type { ComponentProps } from 'react';
import { navigate, useAppLocation, withRange } from './location.js';

export interface LinkProps extends Omit<ComponentProps<'a'>, 'href'> {
  to: string;
}

/** An anchor that stays inside the app and takes the time range along; a modified click opens a tab as ever. */
export function Link({ to, onClick, ...props }: LinkProps) {
  const { params } = useAppLocation();
  const href = withRange(to, params);
  return (
    <a
      {...props}
      href={href}
      onClick={(event) => {
        onClick?.(event);
        const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
        if (event.defaultPrevented || !plain) return;
        event.preventDefault();
        navigate(href);
      }}
    />
  );
}
