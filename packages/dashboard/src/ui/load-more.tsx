import '../styles/data-table.css';
import { useEffect, useRef } from 'react';

export interface LoadMoreProps {
  hasMore: boolean;
  loading: boolean;
  onMore: () => void;
  /** What is shown so far: "100 entries". */
  shown: string;
}

/** The end of a long list: loads the next page as it comes into sight, and by a button for those who do not scroll. */
export function LoadMore({ hasMore, loading, onMore, shown }: LoadMoreProps) {
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  latest.current = onMore;
  useEffect(() => {
    const element = end.current;
    if (!element || !hasMore || loading || typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      rootMargin: '400px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasMore, loading]);
  return (
    <div ref={end} className="load-more">
      <span role="status">{loading ? 'Loading more…' : hasMore ? `${shown} so far` : shown}</span>
      {hasMore && (
        <button type="button" className="btn btn-sm" disabled={loading} onClick={onMore}>
          Show more
        </button>
      )}
    </div>
  );
}
