/** Version of @drover/worker, as it appears in reports. A test keeps it equal to package.json. */
export const WORKER_VERSION = '0.1.0';
