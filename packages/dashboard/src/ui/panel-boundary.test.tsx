// @vitest-environment jsdom
import '../../testing/browser';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { Panel } from './panel';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

it('keeps the crash of one panel from the panel beside it, and draws it again when asked to', () => {
  // React tells the console of every crash, caught or not.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  let broken = true;
  const Fragile = () => {
    if (broken) throw new Error('a figure that is not there');
    return <p>all its figures</p>;
  };
  render(
    <>
      <Panel title="Memory">
        <Fragile />
      </Panel>
      <Panel title="Alerts">nothing fires</Panel>
    </>,
  );
  expect(screen.getByRole('alert').textContent).toContain('Memory could not be drawn.');
  expect(screen.getByRole('heading', { name: 'Memory' })).toBeTruthy();
  expect(screen.getByText('nothing fires')).toBeTruthy();
  broken = false;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(screen.getByText('all its figures')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});
