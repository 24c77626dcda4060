import '../styles/forms.css';
import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { setParams, useAppLocation } from '../router/location';

export interface TabItem<Value extends string> {
  value: Value;
  label: string;
  /** Beside the label: how many are in it. */
  count?: ReactNode;
}

export interface TabsProps<Value extends string> {
  label: string;
  tabs: readonly TabItem<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  /** At the right end of the bar. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A tab list and the panel of the chosen tab. Arrows, Home and End choose. */
export function Tabs<Value extends string>({ label, tabs, value, onChange, actions, children }: TabsProps<Value>) {
  const id = useId();
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = tabs.findIndex((tab) => tab.value === value);
    const last = tabs.length - 1;
    const next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at <= 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ];
    const chosen = next === undefined ? undefined : tabs[next];
    if (!chosen) return;
    event.preventDefault();
    onChange(chosen.value);
    event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[next ?? 0]?.focus();
  };
  return (
    <>
      <div className="tab-bar">
        <div role="tablist" aria-label={label} className="tabs" onKeyDown={onKeyDown}>
          {tabs.map((tab) => (
            <button
              key={tab.value}
              type="button"
              role="tab"
              id={`${id}-${tab.value}`}
              aria-selected={tab.value === value}
              aria-controls={`${id}-panel`}
              tabIndex={tab.value === value ? 0 : -1}
              className="tab"
              onClick={() => onChange(tab.value)}
            >
              {tab.label}
              {tab.count !== undefined && <span className="tab-count">{tab.count}</span>}
            </button>
          ))}
        </div>
        {actions !== undefined && <div className="tab-actions">{actions}</div>}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className="tab-panel">
        {children}
      </div>
    </>
  );
}

/**
 * The tab that the URL names, the first where it names none. Choosing one is a step back in history; `forget` are
 * parameters that mean something in the old tab only.
 */
export function useTabParam<Value extends string>(
  tabs: readonly TabItem<Value>[],
  { param = 'tab', forget = [] }: { param?: string; forget?: readonly string[] } = {},
): [Value, (value: Value) => void] {
  const { params } = useAppLocation();
  const [first] = tabs;
  if (!first) throw new Error('There is no tab.');
  const value = tabs.find((tab) => tab.value === params.get(param))?.value ?? first.value;
  const choose = (next: Value) =>
    setParams({
      ...Object.fromEntries(forget.map((name) => [name, undefined])),
      [param]: next === first.value ? undefined : next,
    });
  return [value, choose];
}
