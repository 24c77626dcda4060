import { Component, type ReactNode } from 'react';
import { PanelError } from './panel-states';

interface Props {
  title: string;
  children: ReactNode;
}

/** Keeps the crash of one panel from taking the page along. */
export class PanelBoundary extends Component<Props, { error: Error | undefined }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <PanelError
        message={`${this.props.title} could not be drawn.`}
        onRetry={() => this.setState({ error: undefined })}
      />
    );
  }
}
