// BullMQ's own Lua scripts, includes and all, one a file. The number in a file's name is that of
// its KEYS: a version of BullMQ with another signature fails to load instead of misbehaving.

declare module 'bullmq/dist/cjs/scripts/removeJob-2.js' {
  export const removeJob: { readonly content: string };
}

declare module 'bullmq/dist/cjs/scripts/reprocessJob-9.js' {
  export const reprocessJob: { readonly content: string };
}
