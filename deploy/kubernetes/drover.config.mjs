// The example that deploy/kubernetes/shop.yaml is rendered from:
//   drover manifests --image registry.example.com/shop:1 --namespace shop > shop.yaml
/** @type {import('drover').DroverConfig} */
export default {
  engine: process.env.DROVER_ENGINE ?? 'redis://redis:6379',
  actuators: {
    keda: { host: '0.0.0.0', token: process.env.DROVER_KEDA_TOKEN ?? 'only-for-the-rendering' },
  },
  queues: {
    // Scaled by Drover itself, through the scale subresource of its Deployment.
    'email-sending': {
      processor: './jobs/email.mjs',
      actuator: 'kubernetes',
      minWorkers: 1,
      maxWorkers: 20,
      concurrency: 10,
      graceMs: 30_000,
    },
    // Scaled by KEDA on Drover's decision, down to nothing.
    'tax-generation': {
      processor: './jobs/tax.mjs',
      actuator: 'keda',
      minWorkers: 0,
      maxWorkers: 8,
      graceMs: 120_000,
      memory: { softLimitMB: 768, hardLimitMB: 1024 },
    },
  },
};
