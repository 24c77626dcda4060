import type { AddJobRequest, DuplicateJobRequest, EditJobRequest, JobDetail, JobValueView } from '@drover/contract';
import { useAddJob, useJobSchema, useJobValue, useQueuesHealth } from '@drover/react';
import { useMemo, useRef, useState } from 'react';
import { JobFormDialog } from '../features/jobs/job-form-dialog';
import { redactedMark } from '../features/jobs/json-view';
import { mostDataBytes, prettyJson, readDuplicate, readEdit, readNewJob, textsOfJob } from '../models/job-form';
import { formatBytes, jobPath } from '../models/jobs';
import { navigate, useAppLocation, withRange } from '../router/location';

interface OfJobProps<Request> {
  job: JobDetail;
  /** Whether what rules hide is shown now. */
  reveal: boolean;
  onSubmit: (request: Request) => Promise<unknown>;
  onClose: () => void;
}

export function EditJob({ job, reveal, onSubmit, onClose }: OfJobProps<EditJobRequest>) {
  const payload = usePayload(job, reveal);
  const schema = useJobSchema(job.queueName).data?.schema;
  if (payload === 'loading') return null;
  const finished = job.state === 'failed' || job.state === 'completed';
  const again = finished
    ? { label: 'Run it again', hint: 'With its attempts counted anew. Off: it is changed and stays where it is.' }
    : job.state === 'delayed'
      ? { label: 'Run it now', hint: 'Off: it goes on waiting for its time.' }
      : undefined;
  return (
    <JobFormDialog
      title={`Edit ${job.name} ${job.jobId}`}
      submitLabel={finished ? 'Save' : 'Save the job'}
      busyLabel="Saving…"
      before={textsOfJob(job, payload.text)}
      fields={finished ? ['options.priority'] : ['options.priority', 'options.delay']}
      payloadNote={payload.note}
      schema={schema}
      runAgain={again}
      read={readEdit}
      onSubmit={onSubmit}
      onClose={onClose}
    />
  );
}

export function DuplicateJob({ job, reveal, onSubmit, onClose }: OfJobProps<DuplicateJobRequest>) {
  const payload = usePayload(job, reveal);
  const schema = useJobSchema(job.queueName).data?.schema;
  if (payload === 'loading') return null;
  return (
    <JobFormDialog
      title={`Duplicate ${job.name} ${job.jobId}`}
      intro="A new job with the same name, payload and options, but for what you change here."
      submitLabel="Add the copy"
      busyLabel="Adding…"
      before={textsOfJob(job, payload.text)}
      fields={['options.priority', 'options.delay', 'options.attempts']}
      payloadNote={payload.note}
      schema={schema}
      read={readDuplicate}
      onSubmit={onSubmit}
      onClose={onClose}
    />
  );
}

/** Adds a job to a queue, and goes to it. */
export function AddJob({ queueName, onClose }: { queueName: string | undefined; onClose: () => void }) {
  const add = useAddJob({ notifyErrors: false });
  const { data: queues } = useQueuesHealth();
  const { params } = useAppLocation();
  const names = useMemo(() => (queues ?? []).map((queue) => queue.queueName).toSorted(), [queues]);
  const [chosen, setChosen] = useState(queueName ?? names[0] ?? '');
  const schema = useJobSchema(chosen, { enabled: chosen !== '' }).data?.schema;
  return (
    <JobFormDialog<AddJobRequest>
      title="Add a job"
      submitLabel="Add the job"
      busyLabel="Adding…"
      queue={{ value: chosen, names, onChange: setChosen }}
      schema={schema}
      fields={[
        'name',
        'options.jobId',
        'options.priority',
        'options.delay',
        'options.attempts',
        'options.backoff.type',
      ]}
      read={readNewJob}
      onSubmit={async (request) => {
        const added = await add.mutateAsync({ queueName: chosen, ...request });
        navigate(withRange(jobPath(added), params));
      }}
      onClose={onClose}
    />
  );
}

type Payload = { readonly text?: string; readonly note?: string };

/** The payload as a form shows it, fetched whole where the page has cut it; or why it stays as it is. */
function usePayload({ data, ...job }: JobDetail, reveal: boolean): 'loading' | Payload {
  const fetched = data.cut && data.bytes <= mostDataBytes;
  const whole = useJobValue(job, { field: 'data', ...(reveal && { reveal }) }, { enabled: fetched });
  // As it was when the form was opened: the job may go on, and what was shown be hidden again, while it is edited.
  const opened = useRef<Payload>(undefined);
  if (fetched && !whole.data && !whole.error && !opened.current) return 'loading';
  opened.current ??= payloadOf(fetched ? whole.data : data, data.bytes, reveal);
  return opened.current;
}

function payloadOf(shown: JobValueView | undefined, bytes: number, reveal: boolean): Payload {
  if (!shown || shown.cut) {
    return { note: `The payload of ${formatBytes(bytes)} is too large to be edited here; it stays as it is.` };
  }
  const text = shown.bytes === 0 ? '{}' : prettyJson(shown.value);
  if (!reveal && text.includes(redactedMark)) {
    return { note: 'The payload has hidden values and stays as it is. To edit it, show them first.' };
  }
  return { text };
}
