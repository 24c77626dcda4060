import type { ScalingMode, ScalingPolicy, UpdateScalingPolicyRequest } from '@drover/contract';
import { policyTexts, readPolicy } from '../../models/scaling';
import { type DraftControl, DraftForm } from '../../ui/draft-form';
import { NumberField, SelectField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';

export interface PolicyEditorProps {
  policy: ScalingPolicy;
  onSave: (update: UpdateScalingPolicyRequest, basedOn: ScalingPolicy | undefined) => Promise<unknown>;
  onReload: () => Promise<unknown>;
  onDraft: (update: UpdateScalingPolicyRequest | undefined) => void;
}

const modes = [
  { value: 'auto', label: 'Automatic' },
  { value: 'dry_run', label: 'Dry run: decide, do nothing' },
  { value: 'off', label: 'Off: keep the minimum' },
] as const satisfies readonly { value: ScalingMode; label: string }[];

/** Bounds, objective, thresholds and cooldowns of one queue. */
export function PolicyEditor({ policy, onSave, onReload, onDraft }: PolicyEditorProps) {
  const { queueName, version = 0 } = policy;
  return (
    <Panel title={queueName} meta={version > 0 ? `version ${version}` : 'as configured'}>
      <DraftForm
        key={queueName}
        what={`the policy of ${queueName}`}
        guardParams={['queue', 'tab']}
        base={policy}
        textsOf={policyTexts}
        read={readPolicy}
        note="A change takes effect on the next tick."
        {...{ onSave, onReload, onDraft }}
      >
        {(control) => <Fields {...control} />}
      </DraftForm>
    </Panel>
  );
}

function Fields({ field }: DraftControl<UpdateScalingPolicyRequest>) {
  const mode = field('mode');
  return (
    <>
      <div className="form-section">
        <h3>Workers</h3>
        <div className="policy-grid">
          <NumberField label="Minimum" {...field('minWorkers')} />
          <NumberField label="Maximum" {...field('maxWorkers')} />
          <NumberField
            label="Target wait"
            unit="s"
            placeholder="30"
            {...field('objective.waitMs', 'A job may wait.')}
          />
          <SelectField
            label="Mode"
            options={modes}
            {...mode}
            value={mode.value as ScalingMode}
            hint={mode.className === '' ? undefined : 'Changed.'}
          />
        </div>
      </div>
      <Thresholds title="Scale up when any is above" of="scaleUpThreshold" field={field} />
      <Thresholds title="Scale down when all are below" of="scaleDownThreshold" field={field} />
      <div className="form-section">
        <h3>Cooldown</h3>
        <div className="policy-grid">
          <NumberField label="After scaling up" unit="s" {...field('cooldownSeconds.scaleUp')} />
          <NumberField label="After scaling down" unit="s" {...field('cooldownSeconds.scaleDown')} />
        </div>
      </div>
    </>
  );
}

interface ThresholdsProps extends Pick<DraftControl<unknown>, 'field'> {
  title: string;
  of: 'scaleUpThreshold' | 'scaleDownThreshold';
}

function Thresholds({ title, of, field }: ThresholdsProps) {
  return (
    <div className="form-section">
      <h3>{title}</h3>
      <div className="policy-grid">
        <NumberField label="Waiting jobs" unit="jobs" placeholder="–" {...field(`${of}.queueDepth`)} />
        <NumberField label="Oldest wait" unit="s" placeholder="–" {...field(`${of}.queueLatencyMs`)} />
        <NumberField label="CPU" unit="%" placeholder="–" {...field(`${of}.cpuPercent`)} />
        <NumberField label="Memory" unit="%" placeholder="–" {...field(`${of}.memoryPercent`)} />
      </div>
    </div>
  );
}
