import { Link } from '../router/link';
import { Panel } from '../ui/panel';
import { Empty } from '../ui/panel-states';
import { usePageTitle } from './use-page-title';

export function NotFoundRoute() {
  usePageTitle('Not found');
  return (
    <>
      <div className="page-head">
        <h1>Not found</h1>
      </div>
      <Panel title="This page does not exist">
        <Empty title="Nothing is at this address.">
          <Link className="link" to="/">
            Go to the overview
          </Link>
        </Empty>
      </Panel>
    </>
  );
}
