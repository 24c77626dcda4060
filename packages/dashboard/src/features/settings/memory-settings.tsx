import type { MemoryConfiguration, UpdateMemoryConfigRequest } from '@drover/contract';
import { memoryFields, memoryTexts, readMemory } from '../../models/memory-form';
import { DraftForm } from '../../ui/draft-form';
import { NumberField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { QueryError, Skeleton } from '../../ui/panel-states';

export interface MemorySettingsProps {
  config: MemoryConfiguration | undefined;
  error: Error | null;
  onRetry: () => void;
  onReload: () => Promise<unknown>;
  /** `basedOn`: undefined to save over whatever holds by now. */
  onSave: (body: UpdateMemoryConfigRequest, basedOn: MemoryConfiguration | undefined) => Promise<unknown>;
}

/** Defaults of every worker: its memory, and when it is replaced. */
export function MemorySettings({ config, error, onRetry, ...props }: MemorySettingsProps) {
  return (
    <Panel title="Memory and recycling" meta="of every worker">
      {!config && error && <QueryError error={error} onRetry={onRetry} />}
      {!config && !error && <Skeleton className="m-3 h-32" />}
      {config && <MemoryForm config={config} {...props} />}
    </Panel>
  );
}

function MemoryForm({
  config,
  onReload,
  onSave,
}: Pick<MemorySettingsProps, 'onReload' | 'onSave'> & { config: MemoryConfiguration }) {
  return (
    <DraftForm
      what="the memory settings"
      guardParams={['tab']}
      base={config}
      textsOf={memoryTexts}
      read={readMemory}
      onSave={onSave}
      onReload={onReload}
      wordsOf={(path) => memoryFields.find((field) => field.path === path)}
      note="Soft limits of single queues are under Workers & memory."
    >
      {({ field }) => (
        <div className="form-section">
          <div className="form-grid">
            {memoryFields.map(({ path, label, unit, hint }) => (
              <NumberField key={path} label={label} unit={unit} {...field(path, hint)} />
            ))}
          </div>
        </div>
      )}
    </DraftForm>
  );
}
