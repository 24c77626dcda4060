import type { ComponentProps } from 'react';

export interface CheckboxProps extends Omit<ComponentProps<'input'>, 'onChange' | 'type'> {
  /** Words beside the box, or its name alone where `hideLabel`. */
  label: string;
  hideLabel?: boolean;
  onChange: (checked: boolean) => void;
  indeterminate?: boolean;
}

export function Checkbox({ label, hideLabel = false, onChange, indeterminate = false, ...input }: CheckboxProps) {
  return (
    <label className="checkbox">
      <input
        {...input}
        type="checkbox"
        ref={(element) => {
          if (element) element.indeterminate = indeterminate;
        }}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className={hideLabel ? 'sr-only' : undefined}>{label}</span>
    </label>
  );
}
