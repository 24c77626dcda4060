// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useShortcuts } from './use-shortcuts';

const list = { j: vi.fn(), k: vi.fn() };
const page = { 'g j': vi.fn(), p: vi.fn(), 'mod+k': vi.fn() };

function List() {
  useShortcuts(list);
  return <input aria-label="name" />;
}
function Page() {
  useShortcuts(page);
  return <List />;
}

function press(key: string, { at = 0, target = document.body as Element, ctrlKey = false } = {}): void {
  const event = new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true });
  Object.defineProperty(event, 'timeStamp', { value: at });
  target.dispatchEvent(event);
}

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

describe('the keys of a page', () => {
  it('take two in a row for one, before any list takes the second', () => {
    render(<Page />);
    press('g', { at: 10_000 });
    press('j', { at: 10_500 });
    expect(page['g j']).toHaveBeenCalledTimes(1);
    expect(list.j).not.toHaveBeenCalled();
    press('j', { at: 10_600 });
    expect(list.j).toHaveBeenCalledTimes(1);
    expect(page['g j']).toHaveBeenCalledTimes(1);
  });

  it('forget the first after a second', () => {
    render(<Page />);
    press('g', { at: 20_000 });
    press('j', { at: 21_000 });
    expect(list.j).toHaveBeenCalledTimes(1);
    expect(page['g j']).not.toHaveBeenCalled();
  });

  it('are silent while someone types, but for those with a modifier', () => {
    const { getByLabelText } = render(<Page />);
    const target = getByLabelText('name');
    press('p', { at: 30_000, target });
    press('k', { at: 30_100, target, ctrlKey: true });
    expect(page.p).not.toHaveBeenCalled();
    expect(page['mod+k']).toHaveBeenCalledTimes(1);
  });
});
