import { Panel } from '../../ui/panel';

/** The first page anyone sees: what will be here, why it is not yet, and what to do. */
export function NoQueues({ engine }: { engine: string | undefined }) {
  return (
    <Panel title="No queues yet">
      <div className="first-steps">
        <p>
          Drover watches {engine ? `the ${engine} engine` : 'its engine'} and shows a queue here within seconds of its
          first job. Nothing has to be registered.
        </p>
        <h3>Add a job from your own code</h3>
        <pre>
          <code>{`import { connect } from 'drover';

const drover = await connect();
await drover.queue('emails').add('welcome', { to: 'ada@example.com' });`}</code>
        </pre>
        <h3>Or start from an example</h3>
        <pre>
          <code>npx drover init</code>
        </pre>
        <p>It writes a commented configuration and an example job. Then start Drover again.</p>
      </div>
    </Panel>
  );
}
