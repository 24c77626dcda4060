// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SignInResult } from '../../auth/auth-api';
import { SignInForm } from './sign-in-form';

function show(answer: () => Promise<SignInResult>) {
  const onSubmit = vi.fn(answer);
  render(<SignInForm onSubmit={onSubmit} />);
  const email = screen.getByLabelText<HTMLInputElement>('Email');
  const password = screen.getByLabelText<HTMLInputElement>('Password');
  const send = async () => act(async () => void fireEvent.submit(email.form ?? email));
  const fill = () => {
    fireEvent.change(email, { target: { value: ' ada@example.com ' } });
    fireEvent.change(password, { target: { value: 'secret' } });
  };
  return { onSubmit, email, password, send, fill };
}

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('the sign-in form', () => {
  it('names what is missing at its field, and asks nobody', async () => {
    const { onSubmit, email, password, send } = show(async () => ({ kind: 'signed-in' }));
    await send();
    expect(onSubmit).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(email);
    for (const field of [email, password]) {
      expect(field.getAttribute('aria-invalid')).toBe('true');
      expect(document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent).toMatch(/^Enter your/);
    }
  });

  it('keeps what was typed when it is refused', async () => {
    const { onSubmit, email, password, send, fill } = show(async () => ({ kind: 'refused' }));
    fill();
    await send();
    expect(onSubmit).toHaveBeenCalledWith('ada@example.com', 'secret');
    expect(screen.getByRole('alert').textContent).toBe('Email or password is wrong.');
    expect([email.value.trim(), password.value]).toEqual(['ada@example.com', 'secret']);
  });

  it('is not sent twice while it is under way', async () => {
    const { onSubmit, send, fill } = show(() => new Promise(() => undefined));
    fill();
    await send();
    await send();
    expect(onSubmit).toHaveBeenCalledTimes(1);
  });

  it('says how long to wait when throttled, and lets go when that is over', async () => {
    vi.useFakeTimers();
    const { onSubmit, send, fill } = show(async () => ({ kind: 'throttled', retryAfterS: 2 }));
    fill();
    await send();
    expect(screen.getByRole('alert').textContent).toBe('Too many attempts. Try again in 2 s.');
    expect(screen.getByRole<HTMLButtonElement>('button').disabled).toBe(true);
    await send();
    expect(onSubmit).toHaveBeenCalledTimes(1);
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(screen.getByRole<HTMLButtonElement>('button').disabled).toBe(false);
  });
});
