import { Button } from '../ui/button.js';

/** First load of a panel; announced politely once. */
export function PanelLoading({ label }: { label: string }) {
  return (
    <div className="drover-ui drover-notice" role="status">
      {label}
    </div>
  );
}

/** A panel that has nothing to show because its request failed. */
export function PanelError({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <div className="drover-ui drover-notice" role="alert">
      <span>Could not load: {error.message}</span>
      <Button size="sm" variant="outline" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
