import '../styles/forms.css';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { Field, type FieldProps } from './field';

type Around = Omit<FieldProps, 'children'>;

export interface TextFieldProps
  extends Around,
    Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'id' | 'className'> {
  value: string;
  onChange: (text: string) => void;
}

export function TextField({ label, hint, problem, className, onChange, ...input }: TextFieldProps) {
  return (
    <Field {...{ label, hint, problem, className }}>
      {(control) => (
        <input
          type="text"
          autoComplete="off"
          {...input}
          {...control}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface NumberFieldProps extends Around {
  /** As typed: `models/form-number.ts` reads it. A half-typed number is kept, not corrected. */
  value: string;
  onChange: (text: string) => void;
  /** Stands in the field, and is read with it: `ms`, `%`, `jobs`. */
  unit?: string;
  /** What an empty field means. */
  placeholder?: string;
  disabled?: boolean;
}

export function NumberField({ label, hint, problem, className, unit, onChange, ...input }: NumberFieldProps) {
  return (
    <Field
      {...{ hint, problem, className }}
      label={
        <>
          {label}
          {unit && <span className="sr-only">, {unit}</span>}
        </>
      }
    >
      {(control) => (
        <span className="input-unit">
          <input
            type="text"
            inputMode="decimal"
            autoComplete="off"
            {...input}
            {...control}
            onChange={(event) => onChange(event.target.value)}
          />
          {unit && <span aria-hidden="true">{unit}</span>}
        </span>
      )}
    </Field>
  );
}

export interface SelectOption<Value extends string> {
  value: Value;
  label: string;
}

export interface SelectFieldProps<Value extends string> extends Around {
  value: Value;
  options: readonly SelectOption<Value>[];
  onChange: (value: Value) => void;
  disabled?: boolean;
}

/** The browser's own select: every keyboard and screen reader knows it. */
export function SelectField<Value extends string>({
  label,
  hint,
  problem,
  className,
  options,
  onChange,
  ...select
}: SelectFieldProps<Value>) {
  return (
    <Field {...{ label, hint, problem, className }}>
      {(control) => (
        <select
          {...select}
          {...control}
          onChange={({ target }) => {
            const chosen = options.find(({ value }) => value === target.value);
            if (chosen) onChange(chosen.value);
          }}
        >
          {options.map(({ value, label: words }) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export interface SwitchProps {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** On or off. Space toggles; the word beside it says which, so that colour need not. */
export function Switch({ label, hint, checked, onChange, disabled = false }: SwitchProps) {
  const id = useId();
  return (
    <div className="switch-row">
      <button
        type="button"
        role="switch"
        id={id}
        aria-checked={checked}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        disabled={disabled}
        className="switch"
        onClick={() => onChange(!checked)}
      >
        <span className="switch-track" aria-hidden="true" />
        <span>{label}</span>
        <span className="switch-word" aria-hidden="true">
          {checked ? 'On' : 'Off'}
        </span>
      </button>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
