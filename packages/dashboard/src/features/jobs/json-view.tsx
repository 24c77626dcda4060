import { Copy, Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { download } from '../../charts/download';
import { IconButton } from '../../ui/button';

/** What stands for a value that rules take out. */
export const redactedMark = '[redacted]';
/** More would hold the page up while it is laid out. */
const drawnLength = 200_000;

export interface JsonViewProps {
  /** Names it for those who hear it. */
  label: string;
  text: string;
}

/** JSON as it reads best; hidden values stand out. */
export function JsonView({ label, text }: JsonViewProps) {
  const drawn = text.slice(0, drawnLength);
  const parts = drawn.split(`"${redactedMark}"`);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
      <section className="job-text" tabIndex={0} aria-label={`${label} as JSON`}>
        <pre>
          {parts.map((part, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, which have no other name.
            <span key={at}>
              {at > 0 && (
                <mark className="redacted" title="Hidden by a redaction rule">
                  {redactedMark}
                </mark>
              )}
              {part}
            </span>
          ))}
        </pre>
      </section>
      {drawn.length < text.length && <p className="job-foot">The beginning only; download it to see all of it.</p>}
    </>
  );
}

/** Copies or saves a text. */
export function TextButtons({ what, text, fileName }: { what: string; text: string; fileName: string }) {
  const [copied, setCopied] = useState<string>();
  useEffect(() => {
    if (copied === undefined) return;
    const timer = setTimeout(() => setCopied(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    void navigator.clipboard
      ?.writeText(text)
      .then(() => setCopied('Copied'))
      .catch(() => setCopied('Could not be copied'));
  return (
    <>
      <span role="status" className="meta">
        {copied}
      </span>
      {/* Browsers give the clipboard to secure pages only. */}
      {navigator.clipboard && <IconButton icon={Copy} label={`Copy the ${what}`} small onClick={copy} />}
      <IconButton
        icon={Download}
        label={`Download the ${what}`}
        small
        onClick={() => download(fileName, new Blob([text], { type: 'application/json' }))}
      />
    </>
  );
}
