/**
 * What an app's specs import: `rocket-io/testing`.
 *
 * @module
 */
export { ManualClock } from './manual-clock.js';
export { type Connect, type TestApp, type TestClientOptions, testApp } from './test-app.js';
