import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { SignInResult } from '../../auth/auth-api';
import { Field, FieldProblem } from '../../ui/field';

export interface SignInFormProps {
  /** Filled in: the password alone is asked for. */
  email?: string;
  onSubmit: (email: string, password: string) => Promise<SignInResult>;
}

type Problems = { email?: string; password?: string; form?: string };

/** Email and password; each problem stands at its field, and nothing that was typed is lost. */
export function SignInForm({ email: known = '', onSubmit }: SignInFormProps) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [problems, setProblems] = useState<Problems>({});
  const [sending, setSending] = useState(false);
  const [waitS, setWaitS] = useState(0);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (waitS <= 0) return;
    const timer = setTimeout(() => setWaitS(waitS - 1), 1_000);
    return () => clearTimeout(timer);
  }, [waitS]);

  useEffect(() => {
    if (known !== '') form.current?.querySelector<HTMLInputElement>('[type=password]')?.focus();
  }, [known]);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (sending || waitS > 0) return;
    const found = check(email, password);
    setProblems(found);
    if (found.email || found.password) {
      form.current?.querySelector<HTMLInputElement>(found.email ? '[type=email]' : '[type=password]')?.focus();
      return;
    }
    setSending(true);
    const result = await onSubmit(email.trim(), password);
    setSending(false);
    if (result.kind === 'throttled') setWaitS(result.retryAfterS ?? 0);
    if (result.kind !== 'signed-in') setProblems(problemsOf(result));
    if (result.kind === 'refused') form.current?.querySelector<HTMLInputElement>('[type=password]')?.select();
  };

  return (
    <form ref={form} noValidate onSubmit={(event) => void send(event)} className="grid gap-4">
      <Field label="Email" problem={problems.email}>
        {(props) => (
          <input
            {...props}
            required
            type="email"
            name="email"
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label="Password" problem={problems.password}>
        {(props) => (
          <input
            {...props}
            required
            type="password"
            name="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {problems.form && <FieldProblem>{problems.form}</FieldProblem>}
      <button type="submit" className="btn btn-primary h-9" disabled={sending || waitS > 0}>
        {sending ? 'Signing in…' : waitS > 0 ? `Wait ${waitS} s` : 'Sign in'}
      </button>
    </form>
  );
}

function check(email: string, password: string): Problems {
  return {
    ...(email.trim() === '' && { email: 'Enter your email.' }),
    ...(password === '' && { password: 'Enter your password.' }),
  };
}

function problemsOf(result: Exclude<SignInResult, { kind: 'signed-in' }>): Problems {
  switch (result.kind) {
    case 'refused':
      return { password: 'Email or password is wrong.' };
    case 'throttled': {
      const when = result.retryAfterS === undefined ? 'later' : `in ${result.retryAfterS} s`;
      return { form: `Too many attempts. Try again ${when}.` };
    }
    case 'unavailable':
      return { form: 'Drover cannot be reached. Try again in a moment.' };
  }
}
