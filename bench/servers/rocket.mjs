// Rocket, as `rocket start` runs it: validation, injection, a fresh controller for every call, sessions that can be resumed.
import { createApp } from 'rocket-io';
import config from '../echo/dist/rocket.config.js';
import { report } from './report.mjs';

const app = createApp(config);
const text = 'x'.repeat(100);
report(new URL(await app.listen()).port, () => {
  void app.transmitter.toEveryone().transmit({ 'Bench.told': { text } });
});
