import { type Auth, createAuth, SettingsCache } from '@drover/control-plane';
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
    const auth = await createAuth({ settings, audit: engine.audit, clock: systemClock });
    try {
      return await act(auth);
    } finally {
      await auth.stop();
    }
  } finally {
    await settings.stop();
    await engine.close();
  }
}

export function engineOf({ engine }: EngineArguments): { engine?: string } {
  return engine === undefined ? {} : { engine };
}
