// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Badge, Button, Card, CardContent, CardHeader, CardTitle } from '../index.js';

afterEach(cleanup);

describe('the primitives', () => {
  it("take the props that the guide's components give them", () => {
    const onClick = vi.fn();
    const { container } = render(
      <Card className="p-4">
        <CardHeader className="flex flex-row">
          <CardTitle className="text-sm">Total Queues</CardTitle>
        </CardHeader>
        <CardContent className="pt-0">
          {(['default', 'secondary', 'destructive', 'outline'] as const).map((variant) => (
            <Badge key={variant} variant={variant} className="ml-1">
              {variant}
            </Badge>
          ))}
          <Button size="sm" variant="outline" className="mt-2" onClick={onClick}>
            Acknowledge
          </Button>
        </CardContent>
      </Card>,
    );
    for (const name of ['p-4', 'flex', 'text-sm', 'pt-0', 'ml-1', 'mt-2']) {
      expect(container.querySelector(`.${name}`)?.className, name).toContain('drover-');
    }
    const looks = screen.getAllByText(/^(default|secondary|destructive|outline)$/).map(({ className }) => className);
    expect(new Set(looks).size).toBe(4);
    fireEvent.click(screen.getByRole('button', { name: 'Acknowledge' }));
    expect(onClick).toHaveBeenCalledOnce();
  });

  it('submit no form that they stand in', () => {
    const onSubmit = vi.fn((event: { preventDefault(): void }) => event.preventDefault());
    render(
      <form onSubmit={onSubmit}>
        <Button>Look</Button>
        <Button type="submit">Send</Button>
      </form>,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Look' }));
    expect(onSubmit).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(onSubmit).toHaveBeenCalledOnce();
  });
});
