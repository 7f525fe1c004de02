import { defineConfig } from 'rocket-io';

export default defineConfig({ root: import.meta.url, port: 0, host: '127.0.0.1', logLevel: 'silent' });
