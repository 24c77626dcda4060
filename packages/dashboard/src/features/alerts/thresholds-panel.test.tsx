// @vitest-environment jsdom
import { ApiError } from '@drover/client';
import type { AlertThresholdsResponse } from '@drover/contract';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ThresholdsPanel, type ThresholdsPanelProps } from './thresholds-panel';

function response(depth = 1_000, overrides: string[] = []): AlertThresholdsResponse {
  const percent = { warning: 5, critical: 20 };
  return {
    thresholds: {
      queueDepth: { warning: depth, critical: 5_000 },
      oldestWaitingMs: { warning: 300_000, critical: 900_000 },
      ...{ errorRate: percent, timeoutRate: percent, memoryPercent: percent, rateLimitedPercent: percent },
      processingMs: { warning: 30_000, critical: 120_000 },
      ...{ minFinished: 20, alertAfterMs: 60_000, resolveAfterMs: 120_000, resolveMarginPercent: 10 },
    },
    overrides,
  };
}

function show(props: Partial<ThresholdsPanelProps> = {}) {
  const shown = (more: Partial<ThresholdsPanelProps> = {}) => (
    <ThresholdsPanel
      queueName={undefined}
      queueNames={['mail']}
      thresholds={response()}
      error={null}
      onRetry={() => undefined}
      onSave={async () => undefined}
      onReload={async () => undefined}
      {...props}
      {...more}
    />
  );
  const view = render(shown());
  return { ...view, show: (more: Partial<ThresholdsPanelProps>) => view.rerender(shown(more)) };
}

const depth = () => screen.getAllByLabelText<HTMLInputElement>('Warning, jobs')[0] as HTMLInputElement;
const type = (value: string) => fireEvent.change(depth(), { target: { value } });
const save = () => act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Save' })));

beforeEach(() => window.history.replaceState(null, '', '/alerts?tab=thresholds'));
afterEach(cleanup);

describe('the thresholds form', () => {
  it('sends only what was changed, with what it was based on', async () => {
    const onSave = vi.fn(async () => undefined);
    const held = response();
    show({ onSave, thresholds: held });
    type('10');
    expect(screen.getByText('was 1000')).toBeTruthy();
    await save();
    expect(onSave).toHaveBeenCalledExactlyOnceWith({ queueDepth: { warning: 10 } }, { basedOn: held });
  });

  it('asks nobody while a field cannot be taken, and goes there', async () => {
    const onSave = vi.fn();
    show({ onSave });
    type('6000');
    await save();
    expect(onSave).not.toHaveBeenCalled();
    expect(screen.getByRole('alert').textContent).toBe('Must not be above the critical limit.');
    expect(document.activeElement).toBe(depth());
    expect(screen.getByText(/1 field to fix/)).toBeTruthy();
  });

  it('shows at its field what the server refuses, and keeps what was typed', async () => {
    const details = { fields: [{ in: 'body', path: 'queueDepth.warning', message: 'would be above critical' }] };
    const refusal = new ApiError('No.', { code: 'invalid_input', status: 400, details });
    show({ onSave: () => Promise.reject(refusal) });
    type('10');
    await save();
    expect(screen.getByRole('alert').textContent).toBe('Would be above critical.');
    expect(depth().value).toBe('10');
  });

  it('says what somebody else saved meanwhile, and lets one choose', async () => {
    const conflict = new ApiError('Changed meanwhile.', { code: 'conflict', status: 409 });
    const onSave = vi.fn<ThresholdsPanelProps['onSave']>().mockRejectedValueOnce(conflict).mockResolvedValue(undefined);
    const { show: update } = show({ onSave });
    type('10');
    await save();
    update({ onSave, thresholds: response(777) });
    expect(screen.getByRole('alert').textContent).toContain('Jobs waiting, warning: 1000 → 777 jobs');
    expect(depth().value).toBe('10');
    await act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Keep mine, save again' })));
    expect(onSave).toHaveBeenLastCalledWith({ queueDepth: { warning: 10 } }, { basedOn: undefined });
  });

  it('shows theirs when mine are given up', async () => {
    const conflict = new ApiError('Changed meanwhile.', { code: 'conflict', status: 409 });
    const { show: update } = show({ onSave: () => Promise.reject(conflict) });
    type('10');
    await save();
    update({ thresholds: response(777) });
    fireEvent.click(screen.getByRole('button', { name: 'Discard mine, show theirs' }));
    expect(depth().value).toBe('777');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
  });

  it('takes a limit back to the configuration', async () => {
    const onSave = vi.fn(async () => undefined);
    show({ onSave, thresholds: response(10, ['queueDepth.warning']) });
    fireEvent.click(screen.getByRole('button', { name: /Take back Warning/ }));
    await save();
    expect(onSave).toHaveBeenCalledWith({ queueDepth: { warning: null } }, expect.anything());
  });
});
