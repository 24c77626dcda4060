export { type HistoryRange, type QueueHistory, readHistory, readTrends } from './monitor/history-reader.js';
export { type Monitor, type MonitorHealth, startMonitor } from './monitor/monitor.js';
export type { MonitorOptions } from './monitor/monitor-options.js';
