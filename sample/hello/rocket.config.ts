import { defineConfig } from 'rocket-io';

export default defineConfig({ root: import.meta.url });
