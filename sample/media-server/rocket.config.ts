import { defineConfig } from 'rocket-io';
import { models } from './app/models/index.js';

export default defineConfig({ root: import.meta.url, modules: [models] });
