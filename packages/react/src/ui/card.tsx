import type { ComponentProps } from 'react';
import { classNames } from './class-names.js';

export function Card({ className, ...props }: ComponentProps<'div'>) {
  return <div {...props} className={classNames('drover-ui drover-card', className)} />;
}

export function CardHeader({ className, ...props }: ComponentProps<'div'>) {
  return <div {...props} className={classNames('drover-card-header', className)} />;
}

export function CardTitle({ className, children, ...props }: ComponentProps<'h3'>) {
  return (
    <h3 {...props} className={classNames('drover-card-title', className)}>
      {children}
    </h3>
  );
}

export function CardContent({ className, ...props }: ComponentProps<'div'>) {
  return <div {...props} className={classNames('drover-card-content', className)} />;
}
