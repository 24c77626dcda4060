import type {
  FoundJobsResponse,
  JobDetail,
  JobLogsResponse,
  JobReference,
  JobsQuery,
  JobsResponse,
  JobTreeNode,
  JobTreeResponse,
  JobValueQuery,
  JobValueView,
} from '@drover/contract';
import { Fault, type JobGateway, type JobRecord, type JobRow } from '@drover/core';
import { firstLine, type JobView, timelineOf, VALUE_BYTES } from './job-view.js';

const DEFAULT_PAGE = 50;
/** Slices that one page may take: a state whose jobs all vanish meanwhile does not hold a call for long. */
const SLICES_PER_PAGE = 5;
const SHOWN_BYTES = 32_768;
const WHOLE_BYTES = 8_388_608;
const LOG_LINES = 100;
const LINE_LENGTH = 16_384;
const TREE_JOBS = 200;
const FOUND_JOBS = 100;

/** Everything that shows jobs and changes none. */
export interface JobReads {
  page(queueName: string, query: JobsQuery, view: JobView): Promise<JobsResponse>;
  find(jobId: string, view: JobView): Promise<FoundJobsResponse>;
  get(ref: JobReference, view: JobView): Promise<JobDetail>;
  logs(
    ref: JobReference,
    range: { readonly from?: number; readonly limit?: number },
    view: JobView,
  ): Promise<JobLogsResponse>;
  value(ref: JobReference, field: NonNullable<JobValueQuery['field']>, view: JobView): Promise<JobValueView>;
  tree(ref: JobReference): Promise<JobTreeResponse>;
}

export interface JobReadsOptions {
  readonly jobs: JobGateway;
  readonly queueNames: () => Promise<readonly string[]>;
}

export function createJobReads({ jobs, queueNames }: JobReadsOptions): JobReads {
  const record = async (ref: JobReference, maxBytes: number): Promise<JobRecord> => {
    const found = await jobs.get(ref, maxBytes);
    if (found === null) throw noSuchJob(ref);
    return found;
  };

  /** Rows that were found by name come without values: those with texts to look through are read again. */
  const withValues = async (row: JobRow, view: JobView): Promise<JobRow> => {
    if (!view.redacts || row.error === null) return row;
    const { data, result } = (await jobs.get(row, VALUE_BYTES))?.values ?? {};
    return { ...row, data: data?.json ?? null, result: result?.json ?? null };
  };

  return {
    async page(queueName, { state = 'waiting', order = 'newest', cursor, limit = DEFAULT_PAGE }, view) {
      const found: JobRow[] = [];
      let after = cursor ?? null;
      for (let slice = 0; slice < SLICES_PER_PAGE && found.length < limit; slice += 1) {
        const look = limit - found.length;
        const page = await jobs.walk({ queueName, state, order, after, look, maxValueBytes: view.valueBytes });
        found.push(...page.jobs);
        after = page.next;
        if (after === null) break;
      }
      return { jobs: found.map((row) => view.summary(row)), ...(after !== null && { next: after }) };
    },

    async find(jobId, view) {
      const names = await queueNames();
      const rows = await jobs.find(names.map((queueName) => ({ queueName, jobId })));
      const found = rows.flatMap((row) => row ?? []).slice(0, FOUND_JOBS);
      const read = await Promise.all(found.map((row) => withValues(row, view)));
      return { jobs: read.map((row) => view.summary(row)), queues: names.length };
    },

    async get(ref, view) {
      const found = await record(ref, VALUE_BYTES);
      const { values, row, stacks } = found;
      const tell = view.scrubber(found);
      return {
        ...view.summary(row, tell),
        data: view.value('data', values.data, SHOWN_BYTES),
        options: view.value('options', values.options, SHOWN_BYTES),
        result: view.value('result', values.result, SHOWN_BYTES),
        progress: view.value('progress', values.progress, SHOWN_BYTES),
        attempts: stacks.map((stack, index) => ({
          attempt: index + 1,
          error: firstLine(tell(stack)),
          stack: tell(stack).slice(0, LINE_LENGTH),
        })),
        timeline: timelineOf(found, tell),
        stalledCount: found.stalledCount,
        ...(found.deduplicationId !== null && { deduplicationId: found.deduplicationId }),
        logCount: found.logCount,
        children: { ...found.children },
        redacted: view.hidesOf(found),
      };
    },

    async logs(ref, { from = 0, limit = LOG_LINES }, view) {
      const found = await record(ref, VALUE_BYTES);
      const tell = view.scrubber(found);
      const { lines, total } = await jobs.logs(ref, from, limit);
      return { lines: lines.map((line) => tell(line).slice(0, LINE_LENGTH)), total };
    },

    async value(ref, field, view) {
      const { values } = await record(ref, WHOLE_BYTES);
      const shown = view.value(field, values[field], WHOLE_BYTES);
      if (!shown.cut) return shown;
      throw new Fault(
        'too_large',
        `The ${field} of job "${ref.jobId}" has ${shown.bytes} bytes; up to ${WHOLE_BYTES} are shown.`,
        { details: { bytes: shown.bytes } },
      );
    },

    async tree(root) {
      const [row] = await jobs.find([root]);
      if (row === null || row === undefined) throw noSuchJob(root);
      const nodes: JobTreeNode[] = [nodeOf(root, row)];
      let cut = false;
      // Breadth first, so that a cut tree is whole at the top.
      for (let index = 0; index < nodes.length; index += 1) {
        const parent = nodes[index] as JobTreeNode;
        const room = TREE_JOBS - nodes.length;
        // One more than there is room for tells that there are more.
        const children = await jobs.children(parent, Math.min(TREE_JOBS, room + 1));
        cut ||= children.length > room;
        const shown = children.slice(0, room);
        const rows = await jobs.find(shown);
        nodes.push(
          ...shown.map((child, at) => ({ ...nodeOf(child, rows[at] ?? null), status: child.status, parent: index })),
        );
        if (room === 0 && cut) break;
      }
      return { nodes, cut };
    },
  };
}

function nodeOf({ queueName, jobId }: JobReference, row: JobRow | null): JobTreeNode {
  return { queueName, jobId, ...(row !== null && { name: row.name, state: row.state }) };
}

export function noSuchJob({ queueName, jobId }: JobReference): Fault {
  return new Fault('not_found', `There is no job "${jobId}" in "${queueName}": it was removed, or never there.`, {
    details: { queueName, jobId },
  });
}
