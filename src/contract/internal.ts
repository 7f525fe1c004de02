/**
 * `rocket-io/internal`: what the files in `.rocket/` import. Not for people; it changes together with the
 * compiler and without notice.
 */
export type { FieldAttributes } from './constraint-attributes.js';
export type { ClientFits, ControllerFits, Expect, Named, NamedIn, TypeFits } from './declared.js';
export { encodeValue } from './encoders.js';
export type { ClientManifest, Encoder, Reviver, ServerManifest, Validator } from './manifest.js';
export * from './revivers.js';
export * from './rich-validators.js';
export { checkRules, type Rules } from './rules.js';
export * from './validators.js';
