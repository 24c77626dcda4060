// Runs before the first paint, or a dark page would flash white. A file, not inline: the
// Content-Security-Policy allows scripts from this host alone.
try {
  const theme = localStorage.getItem('drover-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: follow the system.
}
