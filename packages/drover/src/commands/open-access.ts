import { AuditTrail, type Auth, createAuth, SettingsCache } from '@drover/control-plane';
import { openEngine } from '@drover/engines';
import { loadConfig } from '../config/load-config.js';
import { systemClock } from '../start/system-clock.js';

export interface EngineArguments {
  readonly config?: string;
  readonly engine?: string;
}

/** Opens accounts and tokens on the configured engine for one command, and closes everything after it. */
export async function withAccess<T>(options: EngineArguments, act: (auth: Auth) => Promise<T>): Promise<T> {
  const { engine: url, ...config } = await loadConfig(options.config, engineOf(options));
  const engine = await openEngine(url, config);
  const settings = new SettingsCache({ settings: engine.settings });
  try {
    await settings.refresh();
    const audit = new AuditTrail({ audit: engine.audit, nowMs: systemClock.nowMs });
    try {
      return await act(await createAuth({ settings, audit, clock: systemClock }));
    } finally {
      await audit.stop();
    }
  } finally {
    await settings.stop();
    await engine.close();
  }
}

export function engineOf({ engine }: EngineArguments): { engine?: string } {
  return engine === undefined ? {} : { engine };
}
