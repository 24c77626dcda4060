import type { AlertThresholdsResponse, UpdateAlertThresholdsRequest } from '@drover/contract';
import { Undo2 } from 'lucide-react';
import { plural } from '../../models/format';
import {
  backPath,
  readThresholds,
  type ThresholdField,
  thresholdPairs,
  thresholdSingles,
  thresholdTexts,
  thresholdWords,
} from '../../models/thresholds-form';
import { setParams } from '../../router/location';
import { IconButton } from '../../ui/button';
import { type DraftField, DraftForm } from '../../ui/draft-form';
import { NumberField, SelectField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { QueryError, Skeleton } from '../../ui/panel-states';

export interface ThresholdsPanelProps {
  /** Undefined: those that hold for every queue without its own. */
  queueName: string | undefined;
  queueNames: readonly string[];
  thresholds: AlertThresholdsResponse | undefined;
  error: Error | null;
  onRetry: () => void;
  /** `basedOn`: what the change was made against; undefined to save over whatever holds by now. */
  onSave: (
    body: UpdateAlertThresholdsRequest,
    change: { basedOn: AlertThresholdsResponse | undefined },
  ) => Promise<unknown>;
  /** Reads them anew; resolves when that is done. */
  onReload: () => Promise<unknown>;
}

/** When something is wrong with a queue: the limits for all, and those of one. */
export function ThresholdsPanel(props: ThresholdsPanelProps) {
  const { queueName, queueNames, thresholds, error, onRetry } = props;
  const names = queueName === undefined || queueNames.includes(queueName) ? queueNames : [queueName, ...queueNames];
  return (
    <Panel
      title="Thresholds"
      meta={thresholds && `${plural(thresholds.overrides.length, 'limit')} set here`}
      actions={
        <div className="scope-picker">
          <SelectField
            label={<span className="sr-only">Thresholds of</span>}
            value={queueName ?? ''}
            options={[
              { value: '', label: 'All queues (defaults)' },
              ...names.map((name) => ({ value: name, label: name })),
            ]}
            onChange={(name) => setParams({ queue: name || undefined })}
          />
        </div>
      }
    >
      {!thresholds && error && <QueryError error={error} onRetry={onRetry} />}
      {!thresholds && !error && <ThresholdsSkeleton />}
      {thresholds && <ThresholdsForm key={queueName ?? ''} {...props} thresholds={thresholds} />}
    </Panel>
  );
}

function ThresholdsForm({
  queueName,
  thresholds,
  onSave,
  onReload,
}: ThresholdsPanelProps & { thresholds: AlertThresholdsResponse }) {
  return (
    <DraftForm
      what="the thresholds"
      guardParams={['queue', 'tab']}
      base={thresholds}
      textsOf={thresholdTexts}
      read={readThresholds}
      onSave={(update, basedOn) => onSave(update, { basedOn })}
      onReload={onReload}
      wordsOf={thresholdWords}
      note="A change holds within a second, for health and alerts."
    >
      {({ field }) => {
        const control = ({ path }: ThresholdField, label: string, unit: string, hint?: string) => (
          <ThresholdControl
            key={path}
            {...{ label, unit }}
            field={field(path, hint)}
            back={field(backPath(path))}
            isSet={thresholds.overrides.includes(path)}
          />
        );
        return (
          <>
            <p className="form-lead">
              {queueName === undefined
                ? 'They hold for every queue that has no limit of its own, in the configuration or here.'
                : `They hold for ${queueName} alone. What is not set for it follows the defaults.`}
            </p>
            <div className="threshold-rows">
              {thresholdPairs.map(({ field: name, label, unit, hint, warning, critical }) => (
                <fieldset key={name} className="threshold-row">
                  <legend className="sr-only">{label}</legend>
                  <div className="threshold-name">
                    <span className="font-semibold">{label}</span>
                    <span className="line-2 block">{hint}</span>
                  </div>
                  {control(warning, 'Warning', unit)}
                  {control(critical, 'Critical', unit)}
                </fieldset>
              ))}
            </div>
            <section className="form-section" aria-label="When somebody is told">
              <h3>When somebody is told</h3>
              <div className="form-grid">
                {thresholdSingles.map((single) => control(single, single.label, single.unit, single.hint))}
              </div>
            </section>
          </>
        );
      }}
    </DraftForm>
  );
}

interface ThresholdControlProps {
  label: string;
  unit: string;
  field: DraftField;
  /** Whether it is to go back to the configuration. */
  back: DraftField;
  /** It was set here, so that there is something to go back from. */
  isSet: boolean;
}

/** A limit, and the way back to what the configuration says. */
function ThresholdControl({ label, unit, field, back, isSet }: ThresholdControlProps) {
  const isBack = back.value === 'yes';
  return (
    <div className="threshold-control">
      <NumberField
        label={label}
        unit={unit}
        {...field}
        {...(isBack && {
          ...{ className: back.className, hint: 'Goes back to the configuration.' },
          ...{ value: '', placeholder: 'configuration' },
        })}
        onChange={(text) => {
          back.onChange('');
          field.onChange(text);
        }}
      />
      {(isSet || isBack) && (
        <IconButton
          icon={Undo2}
          small
          className={isBack ? 'threshold-back threshold-back-on' : 'threshold-back'}
          aria-pressed={isBack}
          label={`Take back ${label}, so that the configuration holds`}
          onClick={() => back.onChange(isBack ? '' : 'yes')}
        />
      )}
    </div>
  );
}

function ThresholdsSkeleton() {
  return (
    <div className="grid gap-4 p-3" aria-hidden="true">
      {thresholdPairs.map(({ field }) => (
        <Skeleton key={field} className="h-8 w-full" />
      ))}
    </div>
  );
}
