/** @type {import('next').NextConfig} */
export default {
  // Drover is a server of its own kind (database drivers, a native hash): loaded by Node, not bundled.
  serverExternalPackages: ['drover'],
};
