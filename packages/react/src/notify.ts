/** Where the mutations' notices go. */
export interface Notify {
  success(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}

/**
 * Notices through sonner, as the guide has them; mount its `<Toaster />` once. Loaded when the
 * first notice comes, so that a page without mutations does not carry it.
 */
export const sonnerNotify: Notify = {
  success: (message) => void toast('success', message),
  warning: (message) => void toast('warning', message),
  error: (message) => void toast('error', message),
};

async function toast(kind: keyof Notify, message: string): Promise<void> {
  const sonner = await import('sonner');
  sonner.toast[kind](message);
}
