/** How to reach a cluster's API and who we are there. Read anew now and then: tokens and certificates are rotated. */
export interface Cluster {
  /** Address of the API, perhaps with a path. */
  readonly server: string;
  /** PEM; the system's authorities without it. */
  readonly ca?: string | undefined;
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined;
  readonly token?: string | undefined;
  /** Name that the server's certificate is checked for, where it is not the address's. */
  readonly serverName?: string | undefined;
  /** Of the context or the pod; where workloads are looked for unless told. */
  readonly namespace: string;
}

/** Credentials cannot be had. The message says what to do, and holds no secret. */
export class NoCredentials extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'NoCredentials';
  }
}

/** Rejects with NoCredentials. */
export type LoadCluster = () => Promise<Cluster>;
