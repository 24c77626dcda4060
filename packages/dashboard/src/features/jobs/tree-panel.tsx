import type { JobReference, JobTreeResponse } from '@drover/contract';
import { type TreeBranch, treeOf } from '../../models/job-life';
import { jobPath } from '../../models/jobs';
import { Link } from '../../router/link';
import { Panel } from '../../ui/panel';
import { QueryError, Skeleton } from '../../ui/panel-states';
import { JobState } from './job-state';

export interface TreePanelProps {
  tree: JobTreeResponse | undefined;
  error: Error | null;
  onRetry: () => void;
  /** The job whose page it is. */
  current: JobReference;
}

/** The flow around a job: its parent, what else that waits for, and what is below. */
export function TreePanel({ tree, error, onRetry, current }: TreePanelProps) {
  const root = tree && treeOf(tree.nodes);
  return (
    <Panel
      title="Flow"
      meta={tree && `${tree.nodes.length} jobs${tree.cut ? ', there are more' : ''}`}
      footer={tree?.cut ? 'The first 200 jobs, from the top. Open one to see what is below it.' : undefined}
    >
      {!tree && (error ? <QueryError error={error} onRetry={onRetry} /> : <Skeleton className="m-3 h-16 opacity-50" />)}
      {root && (
        <ul className="job-tree">
          <Branch branch={root} current={current} />
        </ul>
      )}
    </Panel>
  );
}

const statusWords = { pending: 'pending', processed: 'processed', ignored: 'failed, ignored', failed: 'failed' };

function Branch({ branch: { node, children }, current }: { branch: TreeBranch; current: JobReference }) {
  const here = node.jobId === current.jobId && node.queueName === current.queueName;
  return (
    <li>
      <div className="job-tree-row" aria-current={here ? 'true' : undefined}>
        {node.name === undefined ? (
          <span className="text-text-3">
            {node.jobId} of {node.queueName}, gone
          </span>
        ) : (
          <Link className="job-link" to={jobPath(node)} title={`${node.name}, ${node.jobId} of ${node.queueName}`}>
            <span className="ellipsis">{node.name}</span>
            <span className="job-id ellipsis">{node.queueName}</span>
          </Link>
        )}
        {node.state ? (
          <JobState state={node.state} />
        ) : (
          node.status && <span className="text-text-3">{statusWords[node.status]}</span>
        )}
      </div>
      {children.length > 0 && (
        <ul>
          {children.map((child) => (
            <Branch key={jobPath(child.node)} branch={child} current={current} />
          ))}
        </ul>
      )}
    </li>
  );
}
