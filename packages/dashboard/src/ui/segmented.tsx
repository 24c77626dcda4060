import type { KeyboardEvent } from 'react';

export interface SegmentedOption<Value extends string> {
  value: Value;
  label: string;
  /** Longer words for the tooltip. */
  title?: string;
}

export interface SegmentedProps<Value extends string> {
  label: string;
  options: readonly SegmentedOption<Value>[];
  /** Undefined: none of them is chosen. */
  value: Value | undefined;
  onChange: (value: Value) => void;
  className?: string;
}

/** A radio group in one bar: one stop of the Tab key, arrows choose. */
export function Segmented<Value extends string>({ label, options, value, onChange, className }: SegmentedProps<Value>) {
  const chosen = options.findIndex((option) => option.value === value);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = step && options[(Math.max(chosen, 0) + step + options.length) % options.length];
    if (!next) return;
    event.preventDefault();
    onChange(next.value);
    const radios = event.currentTarget.querySelectorAll<HTMLElement>('[role=radio]');
    radios[options.indexOf(next)]?.focus();
  };
  return (
    <div role="radiogroup" aria-label={label} onKeyDown={onKeyDown} className={`group ${className ?? ''}`}>
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useSemanticElements: an input could not carry the button's look and label alike.
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={index === chosen}
          title={option.title}
          tabIndex={index === Math.max(chosen, 0) ? 0 : -1}
          className="btn btn-sm"
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
