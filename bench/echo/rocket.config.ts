import { defineConfig } from 'rocket-io';

// Bound by the machine alone: what is measured here is a flood.
export default defineConfig({
  root: import.meta.url,
  port: 0,
  host: '127.0.0.1',
  logLevel: 'silent',
  messageRate: false,
});
