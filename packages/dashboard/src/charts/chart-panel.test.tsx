// @vitest-environment jsdom
import '../../testing/browser';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ms } from '../../testing/queues';
import type { ChartSpec } from '../models/chart-spec';
import { ChartPanel, type ChartPanelProps } from './chart-panel';
import { markNotes, rangeTitle } from './chart-picture';
import { createCursorStore } from './cursor-store';
import { saveTable } from './download';

vi.mock('./download', () => ({ saveTable: vi.fn(), download: vi.fn() }));

const spec: ChartSpec = {
  ...{ key: 'jobs', title: 'Throughput', unit: 'jobs/min', scale: 1 },
  format: (value) => `${value}/min`,
  series: [{ label: 'Finished', color: 1, area: true }],
  empty: 'No job finished in this range.',
};
const timesMs = [0, 10, 20, 30].map(ms);
const series = [{ label: 'Finished', values: [90, 92, null, 96] }];
const yesterday = { words: 'a day earlier', values: [[70, 71, 72, 73]] };

function show(props: Partial<ChartPanelProps> = {}) {
  const onZoom = vi.fn();
  const onZoomOut = vi.fn();
  const cursor = createCursorStore();
  render(
    <ChartPanel
      {...{ spec, timesMs, series, cursor, onZoom, onZoomOut }}
      subject="mail"
      limits={[]}
      fromMs={ms(0)}
      toMs={ms(30)}
      {...props}
    />,
  );
  const chart = screen.getByRole('img');
  const press = (key: string, options: object = {}) => fireEvent.keyDown(chart, { key, ...options });
  return { onZoom, onZoomOut, cursor, chart, press };
}

afterEach(cleanup);

describe('a chart by keyboard', () => {
  it('moves the crosshair of the page, and says the numbers there', () => {
    const { cursor, press } = show();
    press('ArrowLeft');
    expect(cursor.get()).toBe(ms(30));
    expect(screen.getByRole('status').textContent).toContain('Finished 96/min');
    press('ArrowLeft');
    expect(cursor.get()).toBe(ms(20));
    expect(screen.getByRole('status').textContent).toContain('Finished unknown');
    press('Home');
    press('ArrowLeft');
    expect(cursor.get()).toBe(ms(0));
    press('Escape');
    expect(cursor.get()).toBeUndefined();
  });

  it('zooms into what is marked with Shift, and back out', () => {
    const { onZoom, onZoomOut, press } = show();
    press('Enter');
    expect(onZoom).not.toHaveBeenCalled();
    press('ArrowLeft');
    press('ArrowLeft', { shiftKey: true });
    press('ArrowLeft', { shiftKey: true });
    expect(screen.getByRole('status').textContent).toContain('Enter zooms in');
    press('Enter');
    expect(onZoom).toHaveBeenCalledExactlyOnceWith(ms(10), ms(30));
    press('Backspace');
    expect(onZoomOut).toHaveBeenCalledOnce();
  });

  it('forgets what is marked when the range is left, and leaves the keys of the browser alone', () => {
    const { onZoom, chart, press } = show();
    press('ArrowLeft');
    press('ArrowLeft', { shiftKey: true });
    fireEvent.blur(chart);
    press('Enter');
    expect(onZoom).not.toHaveBeenCalled();
    expect(press('ArrowLeft', { altKey: true })).toBe(true);
  });
});

describe('a chart with a comparison', () => {
  it('tells both values in the legend, the table and the words', () => {
    const { chart, press } = show({ compared: yesterday });
    expect(screen.getByRole('button', { name: /^Finished 96\/min ?, a day earlier: ?73\/min$/ })).toBeTruthy();
    expect(chart.getAttribute('aria-label')).toContain(
      'Finished, a day earlier: now 73/min, between 70/min and 73/min',
    );
    press('t');
    expect(screen.getAllByRole('columnheader').map(({ textContent }) => textContent)).toEqual([
      'Time',
      'Finished',
      'Finished, a day earlier',
    ]);
  });

  it('is exported with both', () => {
    show({ compared: yesterday });
    fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    act(() => screen.getByRole('menuitem', { name: 'Export as CSV' }).click());
    const [name, table] = vi.mocked(saveTable).mock.lastCall ?? [];
    expect(name).toBe('mail-throughput.csv');
    expect(table?.columns).toEqual(['time', 'Finished', 'Finished, a day earlier']);
    expect(table?.rows.at(-1)).toEqual([new Date(ms(30)), 96, 73]);
  });

  it('is not empty where only the other has numbers', () => {
    show({ series: [{ label: 'Finished', values: [null, null, null, null] }] });
    expect(screen.getByText(spec.empty)).toBeTruthy();
    cleanup();
    show({ series: [{ label: 'Finished', values: [null, null, null, null] }], compared: yesterday });
    expect(screen.queryByText(spec.empty)).toBeNull();
  });
});

describe('a chart without points', () => {
  it('says what would be on it, and has nothing to export', () => {
    show({ timesMs: [], series: [{ label: 'Finished', values: [] }] });
    expect(screen.getByText('No job finished in this range.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Export' })).toHaveProperty('disabled', true);
    expect(screen.getByRole('button', { name: /^View as table/ })).toHaveProperty('disabled', true);
  });
});

describe('a chart of old figures', () => {
  it('says from when they are in place of its unit, and still reads out', () => {
    const { chart, press } = show({ stale: '40 s old' });
    expect(screen.getByText('40 s old')).toBeTruthy();
    expect(screen.queryByText('jobs/min')).toBeNull();
    expect(chart.className).toContain('chart-stale');
    press('End');
    expect(screen.getByText(/96\/min/, { selector: '[role=status]' })).toBeTruthy();
  });
});

describe('a picture of a chart', () => {
  const event = (second: number, label: string) => ({ atMs: ms(second), kind: 'alert' as const, label });

  it('names its range with days and the time zone', () => {
    const title = rangeTitle(Date.parse('2026-11-23T14:00:00Z'), Date.parse('2026-11-24T15:30:00Z'));
    expect(title).toMatch(/Nov.*2026.*Nov.*2026/);
    expect(title).toMatch(/UTC|GMT|[A-Z]{3,4}/);
  });

  it('tells what happened by the number of its mark, and counts what is too much', () => {
    const marks = Array.from({ length: 10 }, (_, index) => ({
      leftPx: index,
      events: [event(index, `alert ${index}`)],
    }));
    const notes = markNotes([{ leftPx: 0, events: [event(0, 'Paused'), event(1, 'Resumed')] }], 60_000);
    expect(notes).toEqual([expect.stringMatching(/^1 {2}\d\d:\d\d Paused; \d\d:\d\d Resumed$/)]);
    expect(markNotes(marks, 60_000)).toHaveLength(9);
    expect(markNotes(marks, 60_000).at(-1)).toBe('and 2 more marks');
    expect(markNotes([], 60_000)).toEqual([]);
  });
});
