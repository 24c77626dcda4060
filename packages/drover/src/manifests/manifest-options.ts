/** What the configuration does not say of a cluster. */
export interface ManifestOptions {
  /** With the application, its configuration and drover in it. */
  readonly image: string;
  readonly namespace: string;
  /**
   * Secret whose entries become the control plane's environment: DROVER_ADMIN_PASSWORD … What
   * workers need as well, DROVER_ENGINE above all, is in a second one, `<secret>-engine`:
   * jobs' code must not be able to sign in as an administrator.
   */
  readonly secret: string;
  /** Control planes; two survive the loss of a node. */
  readonly replicas: number;
}

/** Any object of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

export const CONTROL_PLANE = 'drover';
export const HTTP_PORT = 4700;
export const HEALTH_PORT = 4702;

export const engineSecretOf = ({ secret }: Pick<ManifestOptions, 'secret'>): string => `${secret}-engine`;
