import { chmodSync, mkdirSync } from 'node:fs';
import { Fault } from '@drover/core';

/** For root only. Not under /var/tmp: systemd-tmpfiles removes there what was not touched for 30 days. */
const SYSTEM_FOLDER = '/var/lib/drover';

/** The folder of that name where PostgreSQL's account reaches what it cannot under the data folder. */
export function makeSystemFolder(name: string): string {
  const folder = `${SYSTEM_FOLDER}/${name}`;
  try {
    for (const path of [SYSTEM_FOLDER, folder]) {
      mkdirSync(path, { recursive: true });
      // Whatever the umask: others must be able to pass.
      chmodSync(path, 0o755);
    }
  } catch (cause) {
    throw new Fault(
      'engine_unavailable',
      `${folder} cannot be made, and PostgreSQL, which does not run as root, cannot reach the data folder. ` +
        'Set DROVER_DATA_DIR to a folder that every user may enter.',
      { cause },
    );
  }
  return folder;
}
