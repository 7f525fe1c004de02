/**
 * `rocket-io/internal`: what the files in `.rocket/` import. Not for people; it changes together with the
 * compiler and without notice.
 */
export type { ClientManifest, Reviver, ServerManifest, Validator } from './manifest.js';
export * from './revivers.js';
export * from './validators.js';
