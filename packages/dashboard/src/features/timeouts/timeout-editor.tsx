import type { QueueTimeout, UpdateTimeoutRequest } from '@drover/contract';
import { readTimeout, type TimeoutMode, timeoutTexts } from '../../models/timeouts';
import { DraftForm } from '../../ui/draft-form';
import { NumberField, SelectField, Switch } from '../../ui/inputs';
import { Panel } from '../../ui/panel';

export interface TimeoutEditorProps {
  queueName: string;
  timeout: QueueTimeout;
  onSave: (update: UpdateTimeoutRequest, basedOn: QueueTimeout | undefined) => Promise<unknown>;
  onReload: () => Promise<unknown>;
}

const modes = [
  { value: 'on', label: 'Enforced: jobs are ended' },
  { value: 'shadow', label: 'Shadow: only counted' },
  { value: 'off', label: 'Off: jobs run on' },
] as const satisfies readonly { value: TimeoutMode; label: string }[];

/** How long a job of the queue may run, and how that is found out. */
export function TimeoutEditor({ queueName, timeout, onSave, onReload }: TimeoutEditorProps) {
  return (
    <Panel title="Settings" meta={queueName}>
      <DraftForm
        key={queueName}
        what={`the timeouts of ${queueName}`}
        guardParams={['queue', 'tab']}
        base={timeout}
        textsOf={timeoutTexts}
        read={readTimeout}
        onSave={onSave}
        onReload={onReload}
        note="Its workers take a change within a second."
      >
        {({ field, texts }) => {
          const mode = field('mode');
          const adaptive = field('adaptiveEnabled');
          return (
            <>
              <div className="form-section">
                <div className="form-grid">
                  <SelectField
                    label="Mode"
                    options={modes}
                    {...mode}
                    value={mode.value as TimeoutMode}
                    hint={mode.className === '' ? undefined : 'Changed.'}
                  />
                  <NumberField label="Timeout" unit="s" {...field('timeout')} />
                  <NumberField
                    label="Warn the job at"
                    unit="%"
                    {...field('softTimeoutPercentage', 'Of the timeout.')}
                  />
                </div>
              </div>
              <div className="form-section">
                <Switch
                  label="Adaptive"
                  hint="A job name with enough measured attempts has its own timeout: a percentile of their durations, times a factor."
                  checked={texts.adaptiveEnabled === 'true'}
                  onChange={(checked) => adaptive.onChange(String(checked))}
                />
                {texts.adaptiveEnabled === 'true' && (
                  <div className="form-grid">
                    <NumberField label="Percentile" unit="%" {...field('percentile')} />
                    <NumberField label="Factor" unit="×" {...field('factor')} />
                    <NumberField label="Attempts needed" {...field('minSamples')} />
                    <NumberField label="Never below" unit="s" {...field('floor')} />
                    <NumberField label="Never above" unit="s" {...field('ceiling')} />
                  </div>
                )}
              </div>
            </>
          );
        }}
      </DraftForm>
    </Panel>
  );
}
