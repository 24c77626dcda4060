export type { HistoryRange, QueueHistory, Reads } from './reads.js';
export { SettingsCache, type SettingsCacheOptions } from './settings-cache.js';
