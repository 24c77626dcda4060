import { useQueuesHealth } from '@drover/react';
import { Package } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { issueText, shownStatus } from '../models/health';
import { bestMatches } from '../models/palette';
import { selectRows } from '../models/queue-rows';
import { navigate, useAppLocation, withRange } from '../router/location';
import { queuePath } from '../router/routes';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { statusIcons } from '../ui/status';
import { type Command, type CommandTargets, commandsOf } from './commands';

export interface CommandPaletteProps {
  targets: CommandTargets;
  onClose: () => void;
}

interface Entry {
  id: string;
  label: string;
  hint?: string;
  icon: Command['icon'];
  tone?: string;
  run: () => void;
}

const shownQueues = 8;

/** Finds queues and commands by a few letters. Without any: the queues in most trouble, and all commands. */
export function CommandPalette({ targets, onClose }: CommandPaletteProps) {
  const { data: queues = [] } = useQueuesHealth();
  const { params } = useAppLocation();
  const commands = commandsOf(targets);
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();

  const found = useMemo(() => {
    const byUrgency = selectRows(queues, { search: '', status: 'all', sort: { key: 'status', descending: true } });
    return bestMatches(byUrgency, ({ queueName }) => queueName, search, shownQueues).map((queue): Entry => {
      const status = shownStatus(queue);
      return {
        id: `queue ${queue.queueName}`,
        label: queue.queueName,
        hint: issueText(queue) ?? 'No issues',
        icon: statusIcons[status],
        tone: `status-${status}`,
        run: () => navigate(withRange(queuePath(queue.queueName), params)),
      };
    });
  }, [queues, search, params]);
  const foundCommands = [
    ...bestMatches<Entry>(commands, ({ label }) => label, search, commands.length),
    ...findJob(search.trim()),
  ];
  const entries = [...found, ...foundCommands];
  const current = Math.min(chosen, entries.length - 1);

  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') run(entries[current]);
    else if (step && entries.length > 0) setChosen((current + step + entries.length) % entries.length);
    else return;
    event.preventDefault();
  };
  const option = (entry: Entry, index: number) => (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the input above holds the focus and the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: pointed at by aria-activedescendant.
    <div
      key={entry.id}
      id={`${listId}-${index}`}
      role="option"
      aria-selected={index === current}
      className="palette-item"
      ref={(element) => {
        if (index === current) element?.scrollIntoView({ block: 'nearest' });
      }}
      onPointerMove={() => setChosen(index)}
      onClick={() => run(entry)}
    >
      <span className={entry.tone}>
        <Icon icon={entry.icon} />
      </span>
      <span className="ellipsis font-semibold">{entry.label}</span>
      {entry.hint && <span className="hint ellipsis max-w-[50%]">{entry.hint}</span>}
    </div>
  );

  return (
    <Dialog label="Search queues and commands" onClose={onClose}>
      <input
        className="palette-input"
        type="text"
        role="combobox"
        aria-label="Search queues and commands"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={entries.length > 0 ? `${listId}-${current}` : undefined}
        aria-autocomplete="list"
        placeholder="Search queues and commands"
        autoComplete="off"
        spellCheck={false}
        value={search}
        onChange={(event) => {
          setSearch(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label="Results" className="palette-list">
        {found.length > 0 && (
          <div role="presentation" className="palette-group">
            Queues
          </div>
        )}
        {found.map((entry, index) => option(entry, index))}
        {foundCommands.length > 0 && (
          <div role="presentation" className="palette-group">
            Commands
          </div>
        )}
        {foundCommands.map((entry, index) => option(entry, found.length + index))}
        {entries.length === 0 && (
          <div role="presentation" className="palette-group">
            Nothing is called “{search}”.
          </div>
        )}
      </div>
    </Dialog>
  );
}

/** Whatever is typed may be a job's id. */
function findJob(id: string): Entry[] {
  if (id === '' || /\s/.test(id)) return [];
  const run = () => navigate(`/jobs?id=${encodeURIComponent(id)}`);
  return [{ id: 'find-job', label: `Find the job with the id ${id}`, icon: Package, run }];
}
