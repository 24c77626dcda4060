import { X } from 'lucide-react';
import { IconButton } from '../ui/button';
import { Dialog } from '../ui/dialog';

const groups: readonly (readonly [string, readonly string[]])[] = [
  ['Find a queue or a command', ['Ctrl K']],
  ['Filter the list, or find where there is none', ['/']],
  ['Go to the overview', ['g', 'o']],
  ['Go to the queues', ['g', 'q']],
  ['Go to the jobs', ['g', 'j']],
  ['Go to the schedules', ['g', 'c']],
  ['Go to the alerts', ['g', 'a']],
  ['Go to workers and memory', ['g', 'w']],
  ['Go to scaling', ['g', 's']],
  ['Go to rate limits', ['g', 'r']],
  ['Go to timeouts', ['g', 't']],
  ['Go to the activity log', ['g', 'l']],
  ['Next and previous row', ['j', 'k']],
  ['Open the row', ['Enter']],
  ['Select the row, with shift those between', ['x']],
  ['Acknowledge the alert of the row', ['e']],
  ['Pause or resume live updates', ['p']],
  ['Refresh now', ['r']],
  ['On a chart: move through time', ['←', '→']],
  ['On a chart: mark a range, and zoom into it', ['Shift ← →', 'Enter']],
  ['On a chart: zoom out', ['Backspace']],
  ['On a chart: show as a table', ['t']],
  ['This help', ['?']],
];

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog label="Keyboard shortcuts" onClose={onClose}>
      <div className="dialog-head">
        <h2>Keyboard shortcuts</h2>
        <IconButton icon={X} label="Close" onClick={onClose} />
      </div>
      <dl className="shortcuts">
        {groups.map(([words, keys]) => (
          <div key={words} className="contents">
            <dt>{words}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
